import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { overSse, overWebSocket } from '../support/operation-clients.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { type SubscriptionClient, subscriptionClient } from '../support/subscription-client.ts';

const RUNS = `
  subscription Runs($filter: RunFilter) {
    runs(filter: $filter) {
      type: __typename
      ... on StreamStart { totalCount }
      ... on RunAdded { run { runId path alias status } }
      ... on RunChanged { run { runId path alias status tags bestMetric { value } } }
      ... on RunRemoved { runId nodeId }
    }
  }`;

const runEvent = z.looseObject({ type: z.enum(['StreamStart', 'RunAdded', 'RunChanged', 'RunRemoved']) });

describe.each([
  ['graphql-ws', overWebSocket, { type: 'closed', code: 1001 }],
  ['server-sent events', overSse, { type: 'complete' }],
] as const)('Subscription.runs over %s', (_name, connect, goodbye) => {
  let storage: TestStorage;
  let gateway: TestGateway;
  const clients: SubscriptionClient<unknown>[] = [];
  beforeEach(async () => {
    storage = await makeStorage();
    gateway = await startTestGateway(storage);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await gateway.close();
    await storage.remove();
  });

  function subscribe(filter?: object) {
    const operation = connect(gateway.url, { query: RUNS, variables: { filter } });
    const client = subscriptionClient(operation, 'runs', runEvent);
    clients.push(client);
    return client;
  }

  /** A subscription that has begun. */
  async function begun(filter?: object) {
    const client = subscribe(filter);
    expect(await client.next()).toMatchObject({ type: 'StreamStart' });
    return client;
  }

  /** Whole at once, so that nobody reads half of it. */
  async function write(path: string, text: string) {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  }

  const setStatus = (directory: string, status: string) =>
    write(`${directory}/status.json`, JSON.stringify({ status, started_at: START }));

  it('RUNS-SUB-001 begins by telling how many runs meet the filter', async () => {
    await storage.addRun('a', { path: 'vision' });
    await storage.addRun('b', { path: 'nlp' });
    expect(await subscribe().next()).toEqual({ type: 'StreamStart', totalCount: 2 });
    expect(await subscribe({ pathPrefix: 'nlp' }).next()).toEqual({ type: 'StreamStart', totalCount: 1 });
  });

  it('RUNS-SUB-002 tells of a run that came', async () => {
    const directory = await storage.addRun('new', { layout: 'legacy', path: 'archive/x', meta: { alias: 'first' } });
    await mkdir(`${storage.root}/runs/vision`, { recursive: true });
    const client = await begun();
    await rename(directory, `${storage.root}/runs/vision/new`);
    const run = { runId: 'new', path: 'vision', alias: 'first', status: 'FINISHED' };
    expect(await client.next()).toEqual({ type: 'RunAdded', run });
  });

  it('RUNS-SUB-003 tells of a run that changed', async () => {
    const directory = await storage.addRun('a', { status: { status: 'running' } });
    const client = await begun();
    await setStatus(directory, 'finished');
    expect(await client.next()).toMatchObject({ type: 'RunChanged', run: { runId: 'a', status: 'FINISHED' } });
    await write(`${directory}/summary.json`, '{"best_metric_name": "loss", "best_metric_value": 0.5}');
    expect(await client.next()).toMatchObject({ type: 'RunChanged', run: { runId: 'a', bestMetric: { value: 0.5 } } });
  });

  it('RUNS-SUB-004 tells of a run that was deleted, removed, or moved away with its folder', async () => {
    const directory = await storage.addRun('a', { path: 'p' });
    await storage.addRun('b', { path: 'p' });
    await storage.addRun('c', { path: 'p/q' });
    const client = await begun();
    await writeFile(`${directory}/.deleted`, '');
    expect(await client.next()).toEqual({ type: 'RunRemoved', runId: 'a', nodeId: btoa('Run:a') });
    await rm(`${storage.root}/runs/p/b`, { recursive: true });
    expect(await client.next()).toMatchObject({ type: 'RunRemoved', runId: 'b' });
    await rename(`${storage.root}/runs/p`, `${storage.root}/elsewhere`);
    expect(await client.next()).toMatchObject({ type: 'RunRemoved', runId: 'c' });
  });

  it('RUNS-SUB-005 tells of a run that was moved, where it lies now', async () => {
    await storage.addRun('a', { path: 'p' });
    await mkdir(`${storage.root}/runs/q`);
    const client = await begun();
    await rename(`${storage.root}/runs/p/a`, `${storage.root}/runs/q/a`);
    expect(await client.next()).toMatchObject({ type: 'RunChanged', run: { runId: 'a', path: 'q' } });
  });

  it('RUNS-SUB-006 says nothing of new metrics, of the log, and of files that say what they said before', async () => {
    const directory = await storage.addRun('a', { status: { status: 'running', started_at: START } });
    const client = await begun();
    await appendFile(`${directory}/events.jsonl`, `${JSON.stringify(metricsEvent(1, { loss: 1 }))}\n`);
    await appendFile(`${directory}/logs.txt`, 'line\n');
    await setStatus(directory, 'running');
    await storage.addRun('b', { status: null });
    expect(await client.next()).toMatchObject({ type: 'RunAdded', run: { runId: 'b' } });
  });

  it('RUNS-SUB-007 a run that begins to meet the filter is added, one that ceases to is removed', async () => {
    const directory = await storage.addRun('a', { status: { status: 'running' } });
    const client = await begun({ status: ['FINISHED'] });
    await setStatus(directory, 'finished');
    expect(await client.next()).toMatchObject({ type: 'RunAdded', run: { runId: 'a', status: 'FINISHED' } });
    await write(`${directory}/meta.json`, '{"created_at": 1, "alias": "done"}');
    expect(await client.next()).toMatchObject({ type: 'RunChanged', run: { runId: 'a', alias: 'done' } });
    await setStatus(directory, 'failed');
    expect(await client.next()).toMatchObject({ type: 'RunRemoved', runId: 'a' });
    await rm(directory, { recursive: true });
    await storage.addRun('b', { meta: null });
    expect(await client.next()).toMatchObject({ type: 'RunAdded', run: { runId: 'b' } });
  });

  it('RUNS-SUB-008 tells of a run whose process has died', async () => {
    const process = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(process, 'spawn');
    const meta = { created_at: START, hostname: hostname(), pid: process.pid };
    await storage.addRun('a', { meta, status: { status: 'running', started_at: Date.now() / 1000 } });
    const client = await begun({ status: ['RUNNING'] });
    process.kill();
    expect(await client.next()).toMatchObject({ type: 'RunRemoved', runId: 'a' });
  });

  it('RUNS-SUB-009 refuses a filter that breaks a rule', async () => {
    expect(await subscribe({ text: 'x'.repeat(201) }).next()).toEqual({
      type: 'error',
      code: 'BAD_USER_INPUT',
      message: 'filter.text: has 201 characters, and may have 200',
    });
  });

  it('RUNS-SUB-010 ends when the gateway closes, and holds it up no longer than a moment', async () => {
    const client = await begun();
    const begunAt = performance.now();
    await gateway.close();
    expect(performance.now() - begunAt).toBeLessThan(1000);
    expect(await client.next()).toMatchObject(goodbye);
  });
});
