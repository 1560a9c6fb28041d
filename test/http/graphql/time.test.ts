import express from 'express';
import { handleProtocols } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerGraphql, createGraphql } from '../../../src/http/graphql/graphql.ts';
import { serveGraphql } from '../../../src/http/graphql/socket.ts';
import { type HttpServer, listen } from '../../../src/http/server.ts';
import { routeUpgrades, socketServer } from '../../../src/http/upgrades.ts';
import { Logs } from '../../../src/logs/logs.ts';
import { LiveMetrics } from '../../../src/metrics/live/live-metrics.ts';
import { MetricsCache } from '../../../src/metrics/metrics-cache.ts';
import type { RunMetrics } from '../../../src/metrics/run-metrics.ts';
import { RunCatalog } from '../../../src/runs/run-catalog.ts';
import { RunFollower } from '../../../src/runs/run-follower.ts';
import type { RunRecord } from '../../../src/runs/run-record.ts';
import { CLIENTS, SUBSCRIBERS } from '../../support/one-answer-clients.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../../support/storage.ts';

/** A catalog that finds runs only once it is let. */
class SlowCatalog extends RunCatalog {
  readonly #let: Promise<void>;
  let: () => void = () => undefined;
  /** Settles when it has found a run. */
  found: Promise<unknown> = Promise.resolve();

  constructor(root: string) {
    super(root, () => undefined);
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
    await this.#let;
    return super.locate(id);
  }
}

class CountingCache extends MetricsCache {
  reads = 0;

  override read(file: string): Promise<RunMetrics> {
    this.reads++;
    return super.read(file);
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
  const report = (message: string) => reports.push(message);
  catalog = new SlowCatalog(storage.root);
  metrics = new CountingCache({ maxRuns: 1, maxBytes: 2 ** 20 });
  liveMetrics = new LiveMetrics(metrics);
  runFollower = new RunFollower(catalog, report);
  logs = new Logs();
  const yoga = createGraphql({ catalog, runFollower, metrics, logs, liveMetrics }, report, { queryMs: 20 });
  const graphql = socketServer(handleProtocols);
  serveGraphql(yoga, graphql, report);
  server = await listen(express().all('/graphql', answerGraphql(yoga)), '127.0.0.1', 0);
  routeUpgrades(server.server, { graphqlPath: '/graphql', graphql, log: (socket) => socket.terminate() });
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
    expect(metrics.reads).toBe(0);
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
