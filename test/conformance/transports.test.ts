import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { countOpenWatches } from '../runs/interception.ts';
import {
  type Operation,
  type OperationClient,
  type OperationEvent,
  overSse,
  overSseByGet,
  overWebSocket,
  type Transport,
} from '../support/operation-clients.ts';
import { trackConnections } from '../support/server-connections.ts';
import { metricsEvent } from '../support/storage.ts';
import { useGateway } from './fixture.ts';
import { type Followed, SUBSCRIPTIONS } from './subscriptions.ts';

/** What every subscription promises, over every transport: the rows are the same for all of them. */
const TRANSPORTS: readonly (readonly [name: string, open: Transport, keepAliveMs: number])[] = [
  ['graphql-ws', overWebSocket, 20_000],
  ['server-sent events', overSse, 12_000],
  ['server-sent events by GET', overSseByGet, 12_000],
];

const gateway = useGateway();
const clients: OperationClient[] = [];
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const client of clients.splice(0)) client.close();
});

/** The next items, so many or a few more if they came together. */
async function take(client: OperationClient, count: number, followed: Followed): Promise<readonly unknown[]> {
  const taken: unknown[] = [];
  while (taken.length < count) taken.push(...itemsOf(await client.next(), followed));
  return taken;
}

/** The items up to the end, behind which it must be complete. */
async function takeAll(client: OperationClient, followed: Followed): Promise<readonly unknown[]> {
  const taken: unknown[] = [];
  for (;;) {
    const event = await client.next();
    if (event.type === 'complete') return taken;
    taken.push(...itemsOf(event, followed));
  }
}

function itemsOf(event: OperationEvent, { items }: Followed): readonly unknown[] {
  if (event.type === 'result' && event.errors === undefined) return items(event.data);
  throw new Error(`unexpected ${JSON.stringify(event)}`);
}

describe.each(TRANSPORTS)('over %s', (_name, transport, keepAliveMs) => {
  function open(operation: Operation): OperationClient {
    const client = transport(gateway.gateway.url, operation);
    clients.push(client);
    return client;
  }

  it('GRAPHQL-STREAM-001 a query is answered by one result, the same as over plain HTTP, then complete', async () => {
    const events = Array.from({ length: 2000 }, (_, i) => metricsEvent(i, { loss: i % 7 ? 1 / i : 'text' }));
    const { id } = await gateway.serve({ events });
    const query = 'query ($id: ID!) { run(runId: $id) { metrics { x series { values } labels { values } } } }';
    const operation = { query, variables: { id } };
    const plain = await gateway.gateway.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    });
    const client = open(operation);
    expect(await client.next()).toEqual({ type: 'result', ...z.object({ data: z.unknown() }).parse(plain.json()) });
    expect(await client.next()).toEqual({ type: 'complete' });
  });

  it('GRAPHQL-STREAM-002 an operation that is not valid is answered by its errors, then complete', async () => {
    const invalid: readonly (readonly [query: string, message: string])[] = [
      ['{ run', 'Syntax Error'],
      ['{ nope }', '"nope"'],
      ['query ($id: ID!) { run(runId: $id) { runId } }', '"$id"'],
    ];
    for (const [query, message] of invalid) {
      const client = open({ query });
      const errors = [expect.objectContaining({ message: expect.stringContaining(message) })];
      expect(await client.next()).toEqual({ type: 'result', errors });
      expect(await client.next()).toEqual({ type: 'complete' });
    }
  });

  describe.each(SUBSCRIPTIONS)('Subscription.%s', (_field, { begin, beginLarge, failures }) => {
    it('GRAPHQL-STREAM-003 tells what there is, then what happens, in order, and is complete at the end', async () => {
      const followed = await begin(gateway);
      const client = open(followed.operation);
      expect(await take(client, followed.before.length, followed)).toEqual(followed.before);
      for (let i = 0; i < 5; i++) {
        const grown = await followed.grow();
        expect(await take(client, grown.length, followed)).toEqual(grown);
      }
      const end = await followed.end?.();
      expect(end && (await takeAll(client, followed))).toEqual(end);
    });

    it('GRAPHQL-STREAM-004 what cannot be followed is answered by an error with its code, then complete', async () => {
      const { operation } = await begin(gateway);
      for (const [code, variables] of failures) {
        const client = open({ ...operation, variables: { ...operation.variables, ...variables } });
        expect(await client.next()).toMatchObject({ type: 'result', errors: [{ extensions: { code } }] });
        expect(await client.next()).toEqual({ type: 'complete' });
      }
    });

    it('GRAPHQL-STREAM-005 nothing is watched any more for a client that stops, or goes away', async () => {
      const watches = countOpenWatches();
      const followed = await begin(gateway);
      // What the gateway watches by itself, it does once it has found the run.
      await gateway.gateway.request(`/api/runs/${followed.runId}`);
      const before = watches();
      for (const leave of ['stop', 'close'] as const) {
        const client = open(followed.operation);
        await take(client, followed.before.length, followed);
        expect(watches()).toBeGreaterThan(before);
        client[leave]();
        await expect.poll(watches, { timeout: 10_000 }).toBe(before);
      }
    });

    it('GRAPHQL-STREAM-006 a client on which nothing is told is shown that the gateway is there', async () => {
      // Yoga is in more of a hurry where it believes to be under test.
      vi.stubEnv('NODE_ENV', 'production');
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const followed = await begin(gateway);
      const client = open(followed.operation);
      await take(client, followed.before.length, followed);
      const alive = client.keptAlive();
      vi.advanceTimersByTime(keepAliveMs);
      await alive;
      const grown = await followed.grow();
      expect(await take(client, grown.length, followed)).toEqual(grown);
    });

    it('GRAPHQL-STREAM-007 a client that does not read fills its connection and no memory, and misses nothing, however late it reads on', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const followed = await beginLarge(gateway);
      const connections = trackConnections();
      const client = open(followed.operation);
      const first = await take(client, 1, followed);
      client.pause();
      const written = await connections.filled();
      expect(written).toBeLessThan(followed.bytes / 2);
      // An event or two.
      expect(connections.waiting()).toBeLessThan(2 ** 21);
      // It cannot answer a ping meanwhile.
      vi.advanceTimersByTime(10 * keepAliveMs);
      client.resume();
      const rest = await take(client, followed.before.length - first.length, followed);
      expect([...first, ...rest]).toEqual(followed.before);
    });
  });
});

it('GRAPHQL-STREAM-008 an error of a stream of events is an event: pages are shown no answer but of status 200', async () => {
  const { id, directory } = await gateway.serve();
  await mkdir(join(directory, 'logs.txt'));
  const query = 'subscription ($id: ID!, $tail: Int = 9) { logs(runId: $id, tail: $tail) { __typename } }';
  for (const [code, variables] of [
    ['RUN_NOT_FOUND', { id: 'nope' }],
    ['BAD_USER_INPUT', { id, tail: -1 }],
    ['BAD_USER_INPUT', { id: null }],
    ['DATA_UNREADABLE', { id }],
  ] as const) {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const headers = { accept: 'text/event-stream' };
    const answer = await gateway.gateway.request(`/graphql?${parameters}`, { headers });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream']);
    const event = new RegExp(`^:\n\nevent: next\ndata: {"errors":.*"${code}".*\n\nevent: complete\ndata:\n\n$`);
    expect(answer.body).toMatch(event);
  }
});
