import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { TypedDocumentString } from '../../../web/api/generated/graphql.ts';
import { connection, subscribe } from '../../../web/api/subscription.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { makeStorage, START, type TestStorage } from '../../support/storage.ts';

type LogEvent =
  | { readonly __typename: 'LogBatch'; readonly lines: readonly string[]; readonly cursor: string }
  | { readonly __typename: 'StreamReset'; readonly cursor: string }
  | { readonly __typename: 'StreamEnd'; readonly cursor: string };

const FollowLog = new TypedDocumentString<{ readonly logs: LogEvent }, { runId: string; after?: string }>(
  `subscription ($runId: ID!, $after: String) {
    logs(runId: $runId, after: $after) {
      __typename
      ... on LogBatch { lines cursor }
      ... on StreamReset { cursor }
      ... on StreamEnd { cursor }
    }
  }`,
);

const RUNNING = { status: 'running', started_at: START };
const FINISHED = { status: 'finished', started_at: START, ended_at: START + 9 };

let storage: TestStorage;
let stopped: AbortController;
let following: AsyncGenerator<string, void>[];

beforeAll(async () => {
  vi.stubGlobal('WebSocket', WebSocket);
  storage = await makeStorage();
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await storage.remove();
});
beforeEach(() => {
  stopped = new AbortController();
  following = [];
});
afterEach(async () => {
  stopped.abort();
  for (const lines of following) await lines.return();
});

/** A gateway that the page has come from, until the end of the test. */
async function startPage(port = 0): Promise<TestGateway> {
  const gateway = await startTestGateway(storage, { port });
  onTestFinished(() => gateway.close());
  vi.stubGlobal('document', { baseURI: `${gateway.url}/` });
  return gateway;
}

interface ClientMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly variables?: unknown };
}

/** What answers as `answer` has it in place of a gateway, until the end of the test. */
async function startServer(
  answer: (say: (message: object) => void, message: ClientMessage, socket: WebSocket) => void,
): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
  onTestFinished(() => {
    server.close();
    for (const socket of server.clients) socket.terminate();
  });
  server.on('connection', (socket) => {
    const say = (message: object) => socket.send(JSON.stringify(message));
    socket.on('message', (data: Buffer) => answer(say, JSON.parse(data.toString()), socket));
  });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  vi.stubGlobal('document', { baseURI: `http://127.0.0.1:${address.port}/` });
}

/** The first lines of a log as they come, by a function that can be called again for those that follow. */
function followLog(runId: string): (count: number) => Promise<readonly string[]> {
  const lines = linesOf(runId);
  following.push(lines);
  return async (count) => {
    const taken: string[] = [];
    while (taken.length < count) {
      const { value, done } = await lines.next();
      if (done) break;
      taken.push(value);
    }
    return taken;
  };
}

/** Each cursor is the one to go on from. */
async function* linesOf(runId: string): AsyncGenerator<string, void, undefined> {
  let after: string | undefined;
  const variables = () => ({ runId, ...(after !== undefined && { after }) });
  for await (const { logs } of subscribe(FollowLog, variables, stopped.signal)) {
    after = logs.cursor;
    if (logs.__typename === 'LogBatch') yield* logs.lines;
  }
}

it('goes on where it was when the gateway is stopped and started again, and shows that it is lost meanwhile', async () => {
  const directory = await storage.addRun('restart', { status: RUNNING, files: { 'logs.txt': 'one\n' } });
  const first = await startPage();
  const take = followLog('restart');
  expect(await take(1)).toEqual(['one']);
  expect(connection.value).toBe('open');

  await first.close();
  await expect.poll(() => connection.value).toBe('lost');
  await appendFile(`${directory}/logs.txt`, 'two\nthree\n');
  const next = take(2);
  await startPage(Number(new URL(first.url).port));
  expect(await next).toEqual(['two', 'three']);
  expect(connection.value).toBe('open');
});

it('ends with the stream', async () => {
  await storage.addRun('ended', { status: FINISHED, files: { 'logs.txt': 'one\ntwo\n' } });
  await startPage();
  expect(await followLog('ended')(3)).toEqual(['one', 'two']);
});

it('asks again where a stream completes before its end', async () => {
  const asked: unknown[] = [];
  await startServer((say, message) => {
    if (message.type === 'connection_init') say({ type: 'connection_ack' });
    if (message.type !== 'subscribe') return;
    asked.push(message.payload?.variables);
    const { id } = message;
    const line = `asked ${asked.length} times`;
    const logs = { __typename: 'LogBatch', lines: [line], cursor: `c${asked.length}` };
    say({ id, type: 'next', payload: { data: { logs } } });
    if (asked.length === 3) {
      say({ id, type: 'next', payload: { data: { logs: { __typename: 'StreamEnd', cursor: 'end' } } } });
    }
    say({ id, type: 'complete' });
  });
  expect(await followLog('any')(9)).toEqual(['asked 1 times', 'asked 2 times', 'asked 3 times']);
  expect(asked).toEqual([{ runId: 'any' }, { runId: 'any', after: 'c1' }, { runId: 'any', after: 'c2' }]);
});

it('opens the socket again where it was initialised too late', async () => {
  let opened = 0;
  await startServer((say, message, socket) => {
    if (message.type === 'connection_init') {
      if (++opened === 1) socket.close(4408, 'Connection initialisation timeout');
      else say({ type: 'connection_ack' });
    } else if (message.type === 'subscribe') {
      const logs = { __typename: 'StreamEnd', cursor: 'end' };
      say({ id: message.id, type: 'next', payload: { data: { logs } } });
    }
  });
  expect(await followLog('any')(9)).toEqual([]);
  expect(opened).toBe(2);
});

it('fails where what answers is no gateway, instead of asking it for ever', async () => {
  await startServer((say) => say({ type: 'next', id: '1', payload: {} }));
  await expect(followLog('any')(1)).rejects.toThrow('First message cannot be of type next');
});

it('fails with the code of what is refused', async () => {
  await startPage();
  await expect(followLog('nope')(1)).rejects.toMatchObject({ name: 'QueryError', code: 'RUN_NOT_FOUND' });
});

it('ends at once where it is stopped while no gateway is there, and nothing is lost then', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
  const address = unused.address();
  unused.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  vi.stubGlobal('document', { baseURI: `http://127.0.0.1:${address.port}/` });
  const none = followLog('any')(1);
  await expect.poll(() => connection.value).toBe('lost');
  stopped.abort();
  expect(await none).toEqual([]);
  expect(connection.value).toBe('unused');
});
