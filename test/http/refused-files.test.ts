import fs, { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { intercept } from '../runs/interception.ts';
import { makeFifo } from '../runs/storage.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { connectLegacy, subscribeOverWebSocket } from '../support/log-clients.ts';
import { CLIENTS, SUBSCRIBERS } from '../support/one-answer-clients.ts';
import { overWebSocket } from '../support/operation-clients.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const NOT_REGULAR = 'cannot be read: not a regular file';
const LEADS_OUT = 'cannot be read: a symbolic link leads out of the storage, which only --follow-symlinks allows';

/** What a storage may hold under the name of a file that is not to be opened. */
const KINDS: readonly (readonly [kind: string, why: string, make: (path: string) => void])[] = [
  ['a FIFO', NOT_REGULAR, makeFifo],
  ['a directory', NOT_REGULAR, (path) => mkdirSync(path)],
  ['a socket', NOT_REGULAR, makeSocket],
  ['a link to a device', NOT_REGULAR, (path) => symlinkSync('/dev/zero', path)],
  ['a link out of the storage', LEADS_OUT, (path) => symlinkSync(secret, path)],
];

const { runlens } = useRunlens();
let storage: TestStorage;
let gateway: TestGateway;
/** A file beside the storage that would pass for any file of a run. */
let secret: string;
let runs = 0;
beforeAll(async () => {
  storage = await makeStorage();
  secret = `${storage.root}-secret`;
  writeFileSync(secret, '{"alias": "secret", "status": "failed"}\n');
  gateway = await startTestGateway(storage);
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
  rmSync(secret);
});

function makeSocket(path: string): void {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
}

/** A run with that under the name of one of its files. */
async function runWith(file: string, make: (path: string) => void): Promise<{ id: string; path: string }> {
  const id = `run-${runs++}`;
  const path = join(await storage.addRun(id, { meta: { alias: 'mine' }, status: { status: 'interrupted' } }), file);
  rmSync(path, { force: true });
  make(path);
  return { id, path };
}

/** What is told of it over REST. */
async function restError(path: string): Promise<unknown> {
  const { status, headers, body } = await gateway.request(path);
  return [status, headers['x-error-code'], JSON.parse(body)];
}

/** The errors of an operation by every one of these clients. */
async function graphqlErrors(clients: typeof CLIENTS | typeof SUBSCRIBERS, query: string): Promise<unknown[]> {
  const results = await Promise.all(clients.map(([, ask]) => ask(gateway.url, { query })));
  return results.map(({ errors }) => errors?.map(({ message, extensions }) => [extensions?.code, message]));
}

const refusalOf = (file: string, why: string) => [['DATA_UNREADABLE', `${file} ${why}`]];

describe.each(KINDS)('%s', (_, why, make) => {
  it('under the name events.jsonl is told to whoever asks for metrics', async () => {
    const { id } = await runWith('events.jsonl', make);
    for (const view of ['metrics', 'metrics_step']) {
      expect(await restError(`/api/runs/${id}/${view}`)).toEqual([
        500,
        'DATA_UNREADABLE',
        { detail: `events.jsonl ${why}` },
      ]);
    }
    const refusal = refusalOf('events.jsonl', why);
    expect(await graphqlErrors(CLIENTS, `{ run(runId: "${id}") { metricsStep { rowCount } } }`)).toEqual(
      CLIENTS.map(() => refusal),
    );
    const subscription = `subscription { metrics(runId: "${id}") { __typename } }`;
    expect(await graphqlErrors(SUBSCRIBERS, subscription)).toEqual(SUBSCRIBERS.map(() => refusal));
  });

  it('under the name logs.txt is told to whoever asks for the log', async () => {
    const { id } = await runWith('logs.txt', make);
    expect(await restError(`/api/runs/${id}/logs`)).toEqual([500, 'DATA_UNREADABLE', { detail: `logs.txt ${why}` }]);
    const socket = connectLegacy(gateway.url, { runId: id });
    expect(await socket.next()).toEqual({ type: 'frame', text: '[error] the log cannot be read' });
    expect(await socket.next()).toMatchObject({ type: 'closed', code: 1011 });
    const refusal = refusalOf('logs.txt', why);
    expect(await graphqlErrors(CLIENTS, `{ run(runId: "${id}") { logs(last: 1) { lineCount } } }`)).toEqual(
      CLIENTS.map(() => refusal),
    );
    const subscription = `subscription { logs(runId: "${id}") { __typename } }`;
    expect(await graphqlErrors(SUBSCRIBERS, subscription)).toEqual(SUBSCRIBERS.map(() => refusal));
  });

  it('under the name logs.txt ends the command that is to print it', async () => {
    const { id } = await runWith('logs.txt', make);
    for (const flags of [[], ['--follow']]) {
      const { ended } = await runlens(['logs', id, ...flags, '--storage', storage.root]);
      expect(await ended).toEqual({ code: 1, stdout: '', stderr: `runlens: logs.txt ${why}\n` });
    }
  });

  it('under the name of a small file is as if there were none, and the run is listed', async () => {
    const mine = { status: 'interrupted', alias: 'mine', assets: {} };
    const rows = [
      ['meta.json', { ...mine, alias: null }],
      ['status.json', { ...mine, status: 'finished' }],
      ['summary.json', mine],
      ['assets.json', mine],
    ] as const;
    const listed: unknown[] = [];
    for (const [file, told] of rows) {
      const { id } = await runWith(file, make);
      expect((await gateway.request(`/api/runs/${id}`)).json()).toMatchObject(told);
      listed.push(expect.objectContaining({ id, status: told.status, alias: told.alias }));
    }
    const list = async () => (await gateway.request('/api/runs')).json();
    await expect.poll(list).toEqual(expect.arrayContaining(listed));
  });
});

it('the operator is told of the first small file that is refused, and where it lies', async () => {
  await using own = await makeStorage();
  for (const id of ['r1', 'r2']) symlinkSync(secret, join(await own.addRun(id, { meta: null }), 'meta.json'));
  await using ownGateway = await startTestGateway(own);
  expect((await ownGateway.request('/api/runs')).status).toBe(200);
  expect(ownGateway.warnings).toEqual([
    expect.stringMatching(`^meta.json ${LEADS_OUT} \\(${own.root}/runs/r./meta.json\\): the run is served without it`),
  ]);
});

it('links may lead out where they are allowed to', async () => {
  await using own = await makeStorage();
  const run = await own.addRun('r1', { meta: null, status: null });
  for (const file of ['meta.json', 'logs.txt']) symlinkSync(secret, join(run, file));
  symlinkSync(run, join(own.root, 'runs/r2'));
  await using ownGateway = await startTestGateway(own, { followSymlinks: true });
  for (const id of ['r1', 'r2']) {
    expect((await ownGateway.request(`/api/runs/${id}`)).json()).toMatchObject({ alias: 'secret' });
    expect((await ownGateway.request(`/api/runs/${id}/logs`)).body).toContain('secret');
  }
  const { ended } = await runlens(['logs', 'r2', '--follow-symlinks', '--storage', own.root]);
  expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('secret') });
});

describe('a file that is followed and replaced by a link out of the storage', () => {
  it('ends the stream of a log with an error', async () => {
    const { id, path } = await runWith('logs.txt', (file) => writeFileSync(file, 'one\n'));
    const client = subscribeOverWebSocket(gateway.url, { runId: id });
    expect(await client.next()).toMatchObject({ type: 'LogBatch', lines: ['one'] });
    symlinkSync(secret, `${path}.new`);
    renameSync(`${path}.new`, path);
    const told = JSON.stringify(await client.next());
    expect(told).toContain(`logs.txt ${LEADS_OUT}`);
    client.close();
  });

  it('ends the stream of metrics with an error', async () => {
    const line = `${JSON.stringify(metricsEvent(1, { loss: 1 }))}\n`;
    const { id, path } = await runWith('events.jsonl', (file) => writeFileSync(file, line));
    const query = `subscription { metrics(runId: "${id}") { __typename } }`;
    const client = overWebSocket(gateway.url, { query });
    expect(await client.next()).toMatchObject({ data: { metrics: { __typename: 'MetricDelta' } } });
    symlinkSync(secret, `${path}.new`);
    renameSync(`${path}.new`, path);
    expect(await client.next()).toMatchObject({ errors: [{ message: `events.jsonl ${LEADS_OUT}` }] });
    client.close();
  });
});

it('a log is sent as it was when it was opened, though a link takes its place before it is read', async () => {
  const { id, path } = await runWith('logs.txt', (file) => writeFileSync(file, 'the log\n'));
  intercept(fs, 'createReadStream', (call) => {
    rmSync(path);
    symlinkSync(secret, path);
    return call();
  });
  expect((await gateway.request(`/api/runs/${id}/logs`)).body).toBe('the log\n');
});
