import type { RequestHandler } from 'express';
import { RunNotFound } from '../../errors.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { runFiles } from '../../runs/run-files.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { sendJson, sendJsonBody } from '../json.ts';
import { jsonArray } from './json-array.ts';

/** Answers with all runs, newest first. */
export function answerRuns(catalog: RunCatalog): RequestHandler {
  const bodies = new WeakMap<readonly RunRecord[], Promise<Buffer>>();
  return async (_request, response) => {
    const runs = await catalog.list();
    const body = bodies.get(runs) ?? jsonArray(runs, listedRun);
    bodies.set(runs, body);
    sendJsonBody(response, 200, await body);
  };
}

/** Answers with one run. */
export function answerRun(catalog: RunCatalog): RequestHandler<{ id: string }> {
  return async ({ params }, response) => {
    const run = await catalog.find(params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    sendJson(response, 200, runDetail(run));
  };
}

/** Long deprecated; its clients still ask, and are told that nothing is known. */
export const answerProgress: RequestHandler = (_request, response) => {
  sendJson(response, 200, { available: false, status: 'unknown' });
};

function listedRun(run: RunRecord): object {
  return {
    id: run.id,
    run_dir: run.directory,
    created_time: run.createdAt,
    status: statusName(run),
    pid: run.pid,
    best_metric_value: run.bestMetric?.value ?? null,
    best_metric_name: run.bestMetric?.name ?? null,
    path: run.path,
    alias: run.alias,
    tags: run.tags,
    assets_count: run.assetsCount,
    project: run.project,
    name: run.name,
  };
}

function runDetail(run: RunRecord): object {
  const { events, logs } = runFiles(run.directory);
  return {
    id: run.id,
    status: statusName(run),
    pid: run.pid,
    run_dir: run.directory,
    path: run.path,
    alias: run.alias,
    project: run.project,
    name: run.name,
    logs,
    // One file holds both; the older interface had one each.
    metrics: events,
    metrics_step: events,
    assets: run.assets,
    assets_count: run.assetsCount,
  };
}

/** Clients of this interface know no status for a run that has none: they are told it finished. */
function statusName({ status }: RunRecord): string {
  return status === 'unknown' ? 'finished' : status;
}
