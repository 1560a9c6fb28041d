import { appendFile, writeFile } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent } from '../support/storage.ts';
import { costOf, HIT } from './cache-counts.ts';
import { type ServedRun, useGateway } from './fixture.ts';
import { bytesOf, firstBytesOf } from './raw-request.ts';

const gateway = useGateway();

const RUNNING = { status: 'running' };
const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };
const CODINGS = ['br', 'gzip', 'identity'] as const;

const points = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => metricsEvent(from + i, { a: i }));
const lines = (events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

function ask({ id }: ServedRun, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return bytesOf(`${gateway.gateway.url}/api/runs/${id}/${path}`, headers, method);
}

describe('an answer in the coding that the client likes', () => {
  it('REST-CODING-001 is the same in each, and says how it is coded and that this depends on the request', async () => {
    const run = await gateway.serve({ events: points(0, 500) });
    for (const path of ['metrics', 'metrics_step', 'metrics_step?downsample=100']) {
      const bodies = await Promise.all(
        CODINGS.map(async (coding) => {
          const { headers, body } = await ask(run, path, { 'Accept-Encoding': coding });
          expect(headers['content-encoding'] ?? 'identity').toBe(coding);
          expect(headers['content-length']).toBe(String(body.length));
          expect(headers.vary).toMatch(/accept-encoding/i);
          return DECODERS[coding](body).toString();
        }),
      );
      expect(new Set(bodies).size).toBe(1);
      expect(bodies[0]).toMatch(/^\{"columns":\[/);
    }
  });

  it('REST-CODING-002 is sent as it is to a client that names no coding, or none that is known', async () => {
    const run = await gateway.serve({ events: points(0, 500) });
    for (const headers of [{}, { 'Accept-Encoding': 'zstd' }, { 'Accept-Encoding': 'gzip;q=0, br;q=0' }]) {
      const answer = await ask(run, 'metrics', headers);
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(answer.body.toString())).toMatchObject({ total: 500 });
    }
  });
});

describe('an answer that a client has already', () => {
  it('REST-ETAG-001 is not sent again, in any coding, and counts as an answer from the cache', async () => {
    const run = await gateway.serve({ events: points(0, 300) });
    for (const coding of CODINGS) {
      const { headers } = await ask(run, 'metrics_step?downsample=100', { 'Accept-Encoding': coding });
      const again = () =>
        ask(run, 'metrics_step?downsample=100', { 'Accept-Encoding': coding, 'If-None-Match': String(headers.etag) });
      expect(await costOf(gateway.gateway, again)).toEqual(HIT);
      const { status, body, headers: seen } = await again();
      expect([status, body.length]).toEqual([304, 0]);
      expect([seen.etag, seen['cache-control'], seen.vary]).toEqual([
        headers.etag,
        headers['cache-control'],
        headers.vary,
      ]);
    }
  });

  it('REST-ETAG-002 has a strong tag of its own for each coding, axis and number of rows', async () => {
    const run = await gateway.serve({ events: points(0, 300) });
    const paths = ['metrics', 'metrics_step', 'metrics_step?downsample=100', 'metrics_step?downsample=101'];
    const tags = await Promise.all(
      paths.flatMap((path) =>
        CODINGS.map(async (coding) => (await ask(run, path, { 'Accept-Encoding': coding })).headers.etag),
      ),
    );
    expect(new Set(tags).size).toBe(paths.length * CODINGS.length);
    for (const tag of tags) expect(tag).toMatch(/^"[^"]+"$/);
  });

  it('REST-ETAG-003 is sent again when the run has grown, and when it was rewritten at the same size', async () => {
    const run = await gateway.serve({ events: points(1000, 2000), status: RUNNING });
    const changes = [
      () => appendFile(run.events, lines(points(2000, 2001))),
      () => writeFile(run.events, lines(points(3000, 4001))),
      // Its beginning and its end stay as they are.
      () => writeFile(run.events, lines(points(3000, 4001)).replace('"a": 500,', '"a": 501,')),
    ];
    for (const change of changes) {
      const { headers } = await ask(run, 'metrics_step');
      await change();
      const { status, headers: seen } = await ask(run, 'metrics_step', { 'If-None-Match': String(headers.etag) });
      expect(status).toBe(200);
      expect(seen.etag).not.toBe(headers.etag);
    }
  });

  it('REST-ETAG-004 has the same tag from another gateway over the same files', async () => {
    const run = await gateway.serve({ events: points(0, 300) });
    const { headers } = await ask(run, 'metrics_step');
    await using other = await startTestGateway(gateway.storage);
    const answer = await bytesOf(`${other.url}/api/runs/${run.id}/metrics_step`, {
      'If-None-Match': String(headers.etag),
    });
    expect(answer.status).toBe(304);
  });

  it('REST-ETAG-005 is not held against a HEAD either', async () => {
    const run = await gateway.serve({ events: points(0, 300) });
    const { headers } = await ask(run, 'metrics', {}, 'HEAD');
    expect((await ask(run, 'metrics', {}, 'HEAD')).status).toBe(200);
    expect((await ask(run, 'metrics', { 'If-None-Match': String(headers.etag) }, 'HEAD')).status).toBe(304);
  });

  it('REST-ETAG-006 may be used again without asking while the run has ended, and only after asking while it goes on', async () => {
    const control = async (status: object | null) =>
      (await ask(await gateway.serve({ events: points(0, 3), status }), 'metrics')).headers['cache-control'];
    for (const status of ['finished', 'failed', 'interrupted'])
      expect(await control({ status })).toMatch(/max-age=\d+/);
    for (const status of [RUNNING, null, { status: 'odd' }]) expect(await control(status)).toBe('no-cache');
  });
});

describe('a whole run that is too long to be held', () => {
  const ROWS = 150_000;
  const long = () => gateway.serve({ events: lines(points(0, ROWS)) });

  it('REST-STREAM-001 has every row once and in order, and the same headers', async () => {
    const run = await long();
    const { headers, body } = await ask(run, 'metrics_step', { 'Accept-Encoding': 'gzip' });
    const { rows, total, sampled } = JSON.parse(body.toString());
    expect([total, sampled, rows.length]).toEqual([ROWS, ROWS, ROWS]);
    expect(
      rows.every((row: { global_step: number; a: number }, i: number) => row.global_step === i && row.a === i),
    ).toBe(true);
    expect(headers['x-row-count']).toBe(String(ROWS));
    expect((await ask(run, 'metrics_step', { 'If-None-Match': String(headers.etag) })).status).toBe(304);
  });

  it('REST-STREAM-002 is no longer made when the client goes away, and others are served on', async () => {
    const run = await long();
    for (let i = 0; i < 20; i++) await firstBytesOf(`${gateway.gateway.url}/api/runs/${run.id}/metrics`);
    expect((await gateway.gateway.request('/api/health')).status).toBe(200);
    expect(JSON.parse((await ask(run, 'metrics?downsample=100')).body.toString()).rows).toHaveLength(100);
    expect(gateway.gateway.warnings).toEqual([]);
  });
});

describe('a run that is too large for the memory given', () => {
  const ROWS = 200_000;
  const MEBIBYTE = 1024 * 1024;

  it('REST-LARGE-001 is refused with 507 and the flag that gives more, and read once only', async () => {
    await using storage = await makeStorage();
    await storage.addRun('large', { events: lines(points(0, ROWS)) });
    await storage.addRun('small', { events: lines(points(0, 10)) });
    await using tight = await startTestGateway(storage, { cacheBytes: 4 * MEBIBYTE });
    for (let i = 0; i < 3; i++) {
      const answer = await tight.request('/api/runs/large/metrics_step');
      expect(answer.status).toBe(507);
      expect(answer.json()).toEqual({ detail: expect.stringMatching(/events\.jsonl.*MiB.*--cache-size/) });
    }
    expect((await tight.request('/api/runs/small/metrics_step')).status).toBe(200);
    expect((await tight.request('/api/metrics/cache/stats')).json()).toMatchObject({ size: 1, misses: 1 });
  });
});
