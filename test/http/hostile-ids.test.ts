import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { connectLegacy } from '../support/log-clients.ts';
import { CLIENTS, SUBSCRIBERS } from '../support/one-answer-clients.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

/** Below the storage a run, and beside it and in it directories that look like one to whoever joins ids to paths. */
let storage: TestStorage;
let gateway: TestGateway;
const { runlens } = useRunlens();
const FILES = { events: [metricsEvent(1, { loss: 1 })], files: { 'logs.txt': 'secret\n' } };
beforeAll(async () => {
  storage = await makeStorage();
  const run = await storage.addRun('real', { path: 'a', ...FILES });
  for (const decoy of [join(run, 'below'), join(storage.root, 'decoy')]) {
    mkdirSync(decoy);
    for (const name of ['meta.json', 'logs.txt', 'events.jsonl']) writeFileSync(join(decoy, name), '{}\n');
  }
  gateway = await startTestGateway({ root: storage.root }, { limits: { urlBytes: 2 ** 14 } });
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

const IDS: readonly (readonly [name: string, id: () => string])[] = [
  ['dot', () => '.'],
  ['dots', () => '..'],
  ['a way up', () => '../../decoy'],
  ['a way down', () => 'real/below'],
  ['a way down and up', () => 'real/../real'],
  ['a path', () => 'a/real'],
  ['a path that begins with a slash', () => '/a/real'],
  ['an absolute path', () => join(storage.root, 'decoy')],
  ['an address of a file', () => `file://${storage.root}/decoy`],
  ['dots with backslashes', () => '..\\..\\decoy'],
  ['dots that are encoded', () => '%2e%2e%2f%2e%2e%2fdecoy'],
  ['dots that are encoded twice', () => '%252e%252e%252fdecoy'],
  ['dots that look like others', () => '․․/decoy'],
  ['a zero byte behind a name', () => 'real\0'],
  ['a zero byte before an ending', () => 'real\0.json'],
  ['the end of a line', () => 'real\r\nX-Injected: 1'],
  ['blanks around a name', () => ' real '],
  ['another case', () => 'REAL'],
  ['a slash behind a name', () => 'real/'],
  ['a pattern', () => '*'],
  ['a key of every object', () => '__proto__'],
  ['a file of the run', () => 'meta.json'],
  ['longer than a name may be', () => 'x'.repeat(256)],
  ['longer than a path may be', () => '../'.repeat(1400)],
];

/** Escaped wherever a path could be meant, so that no client on the way resolves it. */
function encoded(id: string): string {
  return encodeURIComponent(id).replaceAll('.', '%2E');
}

it('the run itself is found', async () => {
  expect((await gateway.request('/api/runs/real/logs')).body).toBe('secret\n');
});

describe.each(IDS)('an id that is %s', (name, idOf) => {
  it('is that of no run over REST', async () => {
    for (const below of ['', '/metrics', '/metrics_step', '/logs']) {
      const { status, headers, body } = await gateway.request(`/api/runs/${encoded(idOf())}${below}`);
      expect([below, status, headers['x-error-code'], body]).toEqual([
        below,
        404,
        'RUN_NOT_FOUND',
        '{"detail":"Run not found"}',
      ]);
      expect(headers).not.toHaveProperty('x-injected');
    }
  });

  it('is that of no run over GraphQL, by any way of asking', async () => {
    const id = idOf();
    const variables = { id, node: Buffer.from(`Run:${id}`).toString('base64') };
    const query = `query ($id: ID!, $node: ID!) {
      run(runId: $id) { runId }
      node(id: $node) { id }
      compareRuns(runIds: [$id], columns: []) { result { __typename } }
    }`;
    for (const [client, ask] of CLIENTS) {
      const { data } = await ask(gateway.url, { query, variables });
      expect([client, data]).toEqual([
        client,
        { run: null, node: null, compareRuns: [{ result: { __typename: 'RunNotFound' } }] },
      ]);
    }
    for (const field of ['logs', 'metrics']) {
      const subscription = `subscription ($id: ID!) { ${field}(runId: $id) { __typename } }`;
      for (const [client, ask] of SUBSCRIBERS) {
        const { errors } = await ask(gateway.url, { query: subscription, variables: { id } });
        expect([client, errors]).toEqual([
          client,
          [expect.objectContaining({ extensions: expect.objectContaining({ code: 'RUN_NOT_FOUND' }) })],
        ]);
      }
    }
  });

  // A WebSocket takes a URL, in which dots are resolved, also where they are encoded.
  it.skipIf(name === 'dot' || name === 'dots')('is that of no run on the log socket', async () => {
    const client = connectLegacy(gateway.url, { runId: idOf() });
    expect(await client.next()).toEqual({ type: 'frame', text: '[error] run not found' });
    expect(await client.next()).toMatchObject({ type: 'closed', code: 1000 });
  });
});

it.each([
  '/api/runs/../decoy',
  '/api/runs/../../decoy/logs.txt',
  '/api/runs/real/../below',
  '/api/runs/./real',
  '/api/runs//real',
  '/api/runs/a/real',
  '/api/runs/real/below',
  '/api/runs/real/logs/../meta.json',
  '/api/runs/real/meta.json',
  '/api/runs/real/events.jsonl',
  '/api/runs/real/logs.txt',
  '/api/runs/real\\logs',
  '/api/../decoy/logs.txt',
  '/decoy/logs.txt',
])('a path is taken as it stands, and %s is none', async (path) => {
  const { status, body } = await gateway.request(path);
  expect([status, JSON.parse(body)]).toEqual([404, { detail: expect.stringMatching(/^(Run not found|Not Found)$/) }]);
});

it.each(['%', '%zz', '%c0%ae%c0%ae', '%ff', '%e2%82'])('an id that is no valid encoding is refused: %s', async (id) => {
  for (const below of ['', '/metrics', '/logs']) {
    const { status, headers } = await gateway.request(`/api/runs/${id}${below}`);
    expect([status, headers['x-error-code']]).toEqual([400, 'BAD_REQUEST']);
  }
});

it('the command finds runs by their ids alone', async () => {
  for (const id of ['../../decoy', 'a/real', join(storage.root, 'decoy'), 'real/below', '..']) {
    const { ended } = await runlens(['logs', id, '--storage', storage.root]);
    expect(await ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `runlens: there is no run ${id} in ${storage.root}\n`,
    });
  }
});
