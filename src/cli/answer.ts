import type { LogsOptions, Query, RunsPlace } from './command-line.ts';
import { openStorage } from './open-storage.ts';
import { endLikeFilter, print } from './output.ts';
import type { RunSource } from './run-source.ts';
import { runTable } from './run-table.ts';
import { tailStart } from './tail-start.ts';
import { openToken } from './token.ts';

type Warn = (message: string) => void;

/** Prints what is asked for. @param warn told of what does not belong there */
export async function answer(query: Query, warn: Warn): Promise<void> {
  endLikeFilter();
  if (query.command === 'doctor') {
    const { printExamination } = await import('./doctor.ts');
    const { place } = query;
    return printExamination({ root: await openStorage(place), followSymlinks: place.followSymlinks });
  }
  const source = await openSource(query.place, warn);
  if (query.command === 'runs') await printRuns(source, warn);
  else if (query.follow) await printGrowingLog(source, query, warn);
  else await printLog(source, query, warn);
}

async function openSource(place: RunsPlace, warn: Warn): Promise<RunSource> {
  // Each loads what the other needs not.
  if ('url' in place) {
    const { GatewaySource } = await import('./gateway-source.ts');
    return new GatewaySource(place.url, await openToken(place.token, warn));
  }
  const root = await openStorage(place);
  const { followSymlinks } = place;
  const { StorageSource } = await import('./storage-source.ts');
  return new StorageSource({ root, followSymlinks }, warn);
}

async function printRuns(source: RunSource, warn: Warn): Promise<void> {
  const runs = await source.listRuns();
  if (runs.length === 0) warn(`no runs in ${source.name}`);
  else await print(runTable(runs, process.stdout.isTTY ? process.stdout.columns : undefined));
}

async function printLog(source: RunSource, { runId, tail }: LogsOptions, warn: Warn): Promise<void> {
  const log = await source.openLog(runId);
  if (log === undefined) return warn(`run ${runId} has no log yet`);
  const start = tail === null ? 0 : await tailStart(log, tail);
  if (start === log.size) return;
  for await (const bytes of log.read(start, log.size)) await print(bytes);
}

async function printGrowingLog(source: RunSource, { runId, tail }: LogsOptions, warn: Warn): Promise<void> {
  for await (const piece of source.followLog(runId, tail)) {
    if ('notice' in piece) warn(piece.notice);
    else await print(piece.lines.map((line) => `${line}\n`).join(''));
  }
}
