import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import { RunNotFound } from '../errors.ts';
import type { Axis } from '../metrics/chunk.ts';
import type { CacheStats, MetricsCache } from '../metrics/metrics-cache.ts';
import { type MetricRows, metricRows } from '../metrics/row-json.ts';
import type { RunCatalog } from '../runs/run-catalog.ts';
import { runFiles } from '../runs/run-files.ts';
import { downsampleOf } from './downsample.ts';
import { sendJson } from './json.ts';

/** The headers that say how much an answer holds; pages of other origins may read them. */
export const COUNT_HEADERS = ['X-Row-Count', 'X-Total-Count', 'X-Last-Step'] as const;

/** Answers with a run's metrics as rows along an axis. */
export function answerMetrics(catalog: RunCatalog, metrics: MetricsCache, axis: Axis): RequestHandler<{ id: string }> {
  return async ({ method, originalUrl, params }, response) => {
    const downsample = downsampleOf(originalUrl);
    const run = await catalog.locate(params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    const { table } = await metrics.read(runFiles(run.directory).events);
    const rows = metricRows(table, axis, downsample);
    setCounts(response, rows);
    response.setHeader('Content-Type', 'application/json');
    if (method === 'HEAD') response.end();
    else await send(response, rows.json());
  };
}

export function answerCacheStats(metrics: MetricsCache): RequestHandler {
  return (_request, response) => sendJson(response, 200, cacheStatsJson(metrics.stats()));
}

/** What the metrics cache has done, under the names of the REST interface. */
export function cacheStatsJson(stats: CacheStats): Record<string, number> {
  return {
    size: stats.size,
    max_size: stats.maxSize,
    hits: stats.hits,
    misses: stats.misses,
    incremental_updates: stats.incrementalUpdates,
    hit_rate: stats.hitRate,
    incremental_rate: stats.incrementalRate,
  };
}

function setCounts(response: Response, { rowCount, totalCount, lastStep }: MetricRows): void {
  response.setHeader('X-Row-Count', rowCount);
  response.setHeader('X-Total-Count', totalCount);
  if (lastStep !== null) response.setHeader('X-Last-Step', lastStep);
}

/** Writes a body piece by piece, no faster than the client takes it. */
async function send(response: Response, body: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(body), response);
  } catch (error) {
    // The client went away, which ended the work: nobody is left to be told.
    if (
      !response.destroyed ||
      !(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
    )
      throw error;
  }
}
