import express from 'express';
import { handleProtocols } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Access, OPEN } from '../../../src/http/access/access.ts';
import { answerGraphql, createGraphql } from '../../../src/http/graphql/graphql.ts';
import { serveGraphql } from '../../../src/http/graphql/socket.ts';
import { limitClients } from '../../../src/http/limits/client-limits.ts';
import { LOOPBACK_LIMITS } from '../../../src/http/limits/limits.ts';
import { type HttpServer, listen } from '../../../src/http/server.ts';
import { routeUpgrades, socketServer } from '../../../src/http/upgrades.ts';
import { Logs } from '../../../src/logs/logs.ts';
import { LiveMetrics } from '../../../src/metrics/live/live-metrics.ts';
import { MetricsCache } from '../../../src/metrics/metrics-cache.ts';
import type { RunMetrics } from '../../../src/metrics/run-metrics.ts';
import type { ReportFault } from '../../../src/monitoring/faults.ts';
import { Traffic } from '../../../src/monitoring/traffic.ts';
import { RunCatalog } from '../../../src/runs/run-catalog.ts';
import { RunFollower } from '../../../src/runs/run-follower.ts';
import type { RunRecord } from '../../../src/runs/run-record.ts';
import { EVERYWHERE } from '../../support/bounds.ts';
import { CLIENTS, SUBSCRIBERS } from '../../support/one-answer-clients.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../../support/storage.ts';

/** A catalog that finds runs only once it is let. */
class SlowCatalog extends RunCatalog {
  readonly #let: Promise<void>;
  let: () => void = () => undefined;
  /** Settles when it has found a run. */
  found: Promise<unknown> = Promise.resolve();
  /** How many runs were to be located. */
  located = 0;

  constructor(root: string) {
    super({ root, followSymlinks: false }, () => undefined);
    this.#let = new Promise((resolve) => {
      this.let = resolve;
    });
  }

  override find(id: string): Promise<RunRecord | undefined> {
    const found = this.#let.then(() => super.find(id));
    this.found = found;
    return found;
  }

  override async locate(id: string) {
    this.located++;
    await this.#let;
    return super.locate(id);
  }
}

/** A cache that counts what it is asked to read, and reads it once it may. */
class CountingCache extends MetricsCache {
  mayRead: Promise<void> = Promise.resolve();
  readonly reads: Promise<RunMetrics>[] = [];

  override read(file: string): Promise<RunMetrics> {
    const read = this.mayRead.then(() => super.read(file));
    this.reads.push(read);
    return read;
  }
}

let storage: TestStorage;
let catalog: SlowCatalog;
let metrics: CountingCache;
let liveMetrics: LiveMetrics;
let runFollower: RunFollower;
let logs: Logs;
let server: HttpServer;
/** What the operator was told. */
let reports: string[];

beforeEach(async () => {
  storage = await makeStorage();
  await storage.addRun('run-1', { events: [metricsEvent(1, { loss: 0.5 })], files: { 'logs.txt': 'a\n' } });
  reports = [];
  const warn = (message: string) => reports.push(message);
  const report: ReportFault = (_id, _what, error) => reports.push(String(error));
  catalog = new SlowCatalog(storage.root);
  metrics = new CountingCache(EVERYWHERE, { maxRuns: 1, maxBytes: 2 ** 20 });
  liveMetrics = new LiveMetrics(metrics);
  runFollower = new RunFollower(catalog, warn);
  logs = new Logs(EVERYWHERE);
  const yoga = createGraphql({ catalog, runFollower, metrics, logs, liveMetrics }, report, {
    limits: { bodyBytes: 1e6, requestSeconds: 0.02 },
  });
  const graphql = socketServer(2 ** 18, handleProtocols);
  serveGraphql(yoga, graphql, { access: new Access(OPEN), rate: null, report });
  server = await listen(express().all('/graphql', answerGraphql(yoga)), '127.0.0.1', 0);
  routeUpgrades(server.server, {
    traffic: new Traffic(),
    access: new Access(OPEN),
    limits: limitClients(LOOPBACK_LIMITS, []),
    messageBytes: 2 ** 18,
    graphqlPath: '/graphql',
    graphql,
    log: (socket) => socket.terminate(),
  });
});
afterEach(async () => {
  catalog.let();
  liveMetrics.close();
  runFollower.close();
  logs.close();
  await server.close();
  catalog.close();
  await metrics.close();
  await storage.remove();
});

const QUERY = '{ run(runId: "run-1") { metricsStep { rowCount } } }';
const TIMEOUT = {
  message: 'seconds: the query takes longer than 0.02, which is all that one may take',
  extensions: { code: 'QUERY_TIMEOUT', limit: 'seconds', maximum: 0.02 },
};

describe.each(CLIENTS)('a query over %s that takes too long', (_name, ask) => {
  it('is answered by an error that names the limit', async () => {
    const { data, errors } = await ask(server.url, { query: QUERY });
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([TIMEOUT]);
    expect(reports).toEqual([expect.stringContaining(TIMEOUT.message)]);
  });

  it('begins no further work', async () => {
    await ask(server.url, { query: QUERY });
    catalog.let();
    await catalog.found;
    // Whoever asks now comes behind what that would have begun.
    expect((await ask(server.url, { query: '{ __typename }' })).data).toEqual({ __typename: 'Query' });
    expect(metrics.reads).toEqual([]);
  });
});

describe('a query of many runs that takes too long', () => {
  const [, ask] = CLIENTS[0];

  it('leaves those of a list unread whose turn has not come', async () => {
    for (let run = 2; run < 20; run++) await storage.addRun(`run-${run}`);
    let mayRead: () => void = () => undefined;
    metrics.mayRead = new Promise((resolve) => {
      mayRead = resolve;
    });
    const fields = 'metricsStep { rowCount } metrics { rowCount } columns { totalCount } ingest { events }';
    const { errors } = await ask(server.url, { query: `{ runs { nodes { ${fields} } } }` });
    expect(errors).toMatchObject([TIMEOUT]);
    const begun = metrics.reads.length;
    expect(begun).toBeLessThan(10);
    mayRead();
    await Promise.allSettled(metrics.reads);
    await ask(server.url, { query: '{ __typename }' });
    expect(metrics.reads).toHaveLength(begun);
  });

  it('compares no further ones', async () => {
    const runIds = JSON.stringify(Array.from({ length: 50 }, () => 'missing'));
    const { errors } = await ask(server.url, { query: `{ compareRuns(runIds: ${runIds}, columns: []) { runId } }` });
    expect(errors).toMatchObject([TIMEOUT]);
    catalog.let();
    // As often as the comparison would.
    for (let turn = 0; turn < 50; turn++) await catalog.find('missing');
    expect(catalog.located).toBeLessThan(10);
  });
});

it('a query that took too long is 503 over HTTP', async () => {
  const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(QUERY)}`);
  expect(response.status).toBe(503);
});

it.each(SUBSCRIBERS)('a subscription over %s may last longer', async (_name, ask) => {
  const query = 'subscription { logs(runId: "run-1") { ... on LogBatch { lines } } }';
  const event = ask(server.url, { query });
  await ask(server.url, { query: QUERY });
  catalog.let();
  expect(await event).toEqual({ data: { logs: { lines: ['a'] } } });
});
