import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import { RunNotFound } from '../../errors.ts';
import type { RowsBody } from '../../metrics/answers/rows-body.ts';
import type { CacheStats, MetricsCache } from '../../metrics/metrics-cache.ts';
import type { MetricRows } from '../../metrics/run-metrics.ts';
import type { Axis } from '../../metrics/table/axis.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { runFiles } from '../../runs/run-files.ts';
import { version } from '../../version.ts';
import { sendJson } from '../json.ts';
import { factsOf } from '../request-facts.ts';
import { type Coding, codingFor, encode } from './content-coding.ts';
import { downsampleOf } from './downsample.ts';
import { MEDIA_TYPE, rowFormatFor } from './row-media-type.ts';

/** The headers that say how much an answer holds; pages of other origins may read them. */
export const COUNT_HEADERS = ['X-Row-Count', 'X-Total-Count', 'X-Last-Step'] as const;

/** What the catalog says of a run that has ended may be used again for so long, in seconds: few such runs go on. */
const ENDED_MAX_AGE = 60;

/** Answers with a run's metrics as rows along an axis. */
export function answerMetrics(catalog: RunCatalog, cache: MetricsCache, axis: Axis): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const downsample = downsampleOf(request.originalUrl);
    const format = rowFormatFor(request);
    const run = await catalog.locate(request.params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    // Asked first: what it wrote before it ended is read then.
    const hasEnded = await catalog.hasEnded(run);
    const metrics = await cache.read(runFiles(run.directory).events, (cost) => {
      factsOf(request).cache = cost;
    });
    const rows = await metrics.rows(axis, downsample, format);
    const coding = rows.body.kind === 'whole' ? codingFor(request) : 'identity';
    setCounts(response, rows);
    response.vary('Accept').vary('Accept-Encoding');
    response.setHeader('ETag', `"${version}-${metrics.tag}-${axis}-${downsample ?? 'all'}-${format}-${coding}"`);
    response.setHeader('Cache-Control', hasEnded ? `private, max-age=${ENDED_MAX_AGE}` : 'no-cache');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.setHeader('Content-Type', MEDIA_TYPE[format]);
    if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
    if (request.method === 'HEAD') response.end();
    else await send(response, rows.body, coding);
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

async function send(response: Response, body: RowsBody, coding: Coding): Promise<void> {
  if (body.kind === 'pieces') return sendPieces(response, body.pieces());
  const bytes = await (coding === 'identity' ? body.bytes() : body.form(coding, (plain) => encode(plain, coding)));
  response.setHeader('Content-Length', bytes.byteLength);
  response.end(bytes);
}

/** Writes a body piece by piece, no faster than the client takes it. */
async function sendPieces(response: Response, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    // The client went away, which ended the work: nobody is left to be told.
    if (
      !response.destroyed ||
      !(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
    )
      throw error;
  }
}
