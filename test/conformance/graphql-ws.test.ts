import { appendFile } from 'node:fs/promises';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { ProtocolClient } from '../support/protocol-client.ts';
import { START } from '../support/storage.ts';
import { useGateway } from './fixture.ts';

/**
 * The protocol graphql-transport-ws, as PROTOCOL.md of graphql-ws has it. A row is what a client says and what it must
 * hear, in this order; nothing else may come in between.
 */
interface Row {
  readonly row: string;
  /** What the client offers to speak; graphql-transport-ws unless given. */
  readonly protocols?: readonly string[];
  readonly talk: readonly Step[];
}

type Step =
  | { readonly say: unknown }
  | { readonly hear: object }
  /** Several in any order, here by id: operations know nothing of each other. */
  | { readonly hearAll: readonly object[] }
  /** The log of the run `followed` gets another line. */
  | { readonly log: string };

const INIT = { type: 'connection_init' };
const ACK = { type: 'connection_ack' };
const PING = { type: 'ping' };
const PONG = { type: 'pong' };
const INVALID = { closed: 4400, reason: 'Invalid message received' };
const begun: readonly Step[] = [{ say: INIT }, { hear: ACK }];
/** All that was said before has been heard, and answered. */
const silence: readonly Step[] = [
  { say: { ...PING, payload: { is: 'a fence' } } },
  { hear: { ...PONG, payload: { is: 'a fence' } } },
];

const QUERY = '{ run(runId: "ended") { runId } }';
const ANSWER = { data: { run: { runId: 'ended' } } };
const FOLLOW = 'subscription { logs(runId: "followed", tail: 0) { ... on LogBatch { lines } } }';
const READ = 'subscription { logs(runId: "ended") { ... on LogBatch { lines } ... on StreamEnd { status } } }';

const subscribe = (id: string, query: string, more: object = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, ...more },
});
const next = (id: string, payload: object) => ({ id, type: 'next', payload });
const complete = (id: string) => ({ id, type: 'complete' });
const error = (message: string): object => expect.objectContaining({ message: expect.stringContaining(message) });
const lines = (...texts: string[]) => ({ data: { logs: { lines: texts } } });

const TABLE: readonly Row[] = [
  {
    row: 'GRAPHQL-WS-001 a client that speaks another protocol is closed with 4406',
    protocols: ['graphql-ws'],
    talk: [{ hear: { closed: 4406, reason: 'Subprotocol not acceptable' } }],
  },
  {
    row: 'GRAPHQL-WS-002 a client that names no protocol is closed with 4406',
    protocols: [],
    talk: [{ hear: { closed: 4406, reason: 'Subprotocol not acceptable' } }],
  },
  {
    row: 'GRAPHQL-WS-003 of several protocols the gateway speaks its own',
    protocols: ['graphql-ws', 'graphql-transport-ws'],
    talk: [...begun, ...silence],
  },
  {
    row: 'GRAPHQL-WS-004 an initialisation is acknowledged, whatever its payload says',
    talk: [{ say: { ...INIT, payload: { token: 'x' } } }, { hear: ACK }, ...silence],
  },
  {
    row: 'GRAPHQL-WS-005 the payload of an initialisation may be null',
    talk: [{ say: { ...INIT, payload: null } }, { hear: ACK }],
  },
  {
    row: 'GRAPHQL-WS-006 a second initialisation closes with 4429',
    talk: [...begun, { say: INIT }, { hear: { closed: 4429, reason: 'Too many initialisation requests' } }],
  },
  {
    row: 'GRAPHQL-WS-007 an operation before the acknowledgement closes with 4401',
    talk: [{ say: subscribe('a', QUERY) }, { hear: { closed: 4401, reason: 'Unauthorized' } }],
  },
  {
    row: 'GRAPHQL-WS-008 a ping is answered by a pong with its payload, before the initialisation too',
    talk: [
      { say: { ...PING, payload: { at: 1 } } },
      { hear: { ...PONG, payload: { at: 1 } } },
      ...begun,
      { say: PING },
      { hear: PONG },
    ],
  },
  {
    row: 'GRAPHQL-WS-009 a pong that nobody asked for is taken',
    talk: [{ say: PONG }, ...begun, { say: { ...PONG, payload: { at: 1 } } }, ...silence],
  },
  {
    row: 'GRAPHQL-WS-010 a binary message is the text that it holds',
    talk: [{ say: Buffer.from(JSON.stringify(INIT)) }, { hear: ACK }],
  },
  {
    row: 'GRAPHQL-WS-011 the answer of a query is next, then complete',
    talk: [...begun, { say: subscribe('a', QUERY) }, { hear: next('a', ANSWER) }, { hear: complete('a') }, ...silence],
  },
  {
    row: 'GRAPHQL-WS-012 variables, the name of the operation and extensions go with it, and may be null',
    talk: [
      ...begun,
      {
        say: subscribe('a', `query A { __typename } query B($id: ID!) { run(runId: $id) { runId } }`, {
          operationName: 'B',
          variables: { id: 'ended' },
          extensions: { trace: true },
        }),
      },
      { hear: next('a', ANSWER) },
      { hear: complete('a') },
      { say: subscribe('a', QUERY, { operationName: null, variables: null, extensions: null }) },
      { hear: next('a', ANSWER) },
      { hear: complete('a') },
    ],
  },
  {
    row: 'GRAPHQL-WS-013 operations of several ids run at the same time',
    talk: [
      ...begun,
      { say: subscribe('a', FOLLOW) },
      { hear: next('a', lines()) },
      { say: subscribe('b', QUERY) },
      { hear: next('b', ANSWER) },
      { hear: complete('b') },
      { say: subscribe('c', FOLLOW) },
      { hear: next('c', lines()) },
      { log: 'one' },
      { hearAll: [next('a', lines('one')), next('c', lines('one'))] },
    ],
  },
  {
    row: 'GRAPHQL-WS-014 an id that is in use closes with 4409',
    talk: [
      ...begun,
      { say: subscribe('a', FOLLOW) },
      { hear: next('a', lines()) },
      { say: subscribe('a', QUERY) },
      { hear: { closed: 4409, reason: 'Subscriber for a already exists' } },
    ],
  },
  {
    row: 'GRAPHQL-WS-015 of an id too long for the reason of a close, whole characters are told',
    talk: [
      ...begun,
      { say: subscribe('é'.repeat(200), FOLLOW) },
      { hear: next('é'.repeat(200), lines()) },
      { say: subscribe('é'.repeat(200), QUERY) },
      { hear: { closed: 4409, reason: `Subscriber for ${'é'.repeat(54)}` } },
    ],
  },
  {
    row: 'GRAPHQL-WS-016 an operation that is not valid is answered by error alone, and its id is free again',
    talk: [
      ...begun,
      { say: subscribe('a', '{ nope }') },
      { hear: { id: 'a', type: 'error', payload: [error('"nope"')] } },
      ...silence,
      { say: subscribe('a', '{ not GraphQL') },
      { hear: { id: 'a', type: 'error', payload: [error('Syntax Error')] } },
      { say: subscribe('a', 'query A { __typename }', { operationName: 'B' }) },
      { hear: { id: 'a', type: 'error', payload: [error('operation')] } },
      { say: subscribe('a', QUERY) },
      { hear: next('a', ANSWER) },
      { hear: complete('a') },
    ],
  },
  {
    row: 'GRAPHQL-WS-017 an operation that fails is answered by next with errors, then complete',
    talk: [
      ...begun,
      { say: subscribe('a', 'subscription { logs(runId: "nope") { __typename } }') },
      { hear: next('a', { errors: [error('no run')] }) },
      { hear: complete('a') },
      { say: subscribe('a', 'query ($id: ID!) { run(runId: $id) { runId } }') },
      { hear: next('a', { errors: [error('$id')] }) },
      { hear: complete('a') },
      ...silence,
    ],
  },
  {
    row: 'GRAPHQL-WS-018 a subscription that ends is complete',
    talk: [
      ...begun,
      { say: subscribe('a', READ) },
      { hear: next('a', lines()) },
      { hear: next('a', { data: { logs: { status: 'FINISHED' } } }) },
      { hear: complete('a') },
      ...silence,
    ],
  },
  {
    row: 'GRAPHQL-WS-019 after complete from the client nothing comes any more, and its other operations go on',
    talk: [
      ...begun,
      { say: subscribe('a', FOLLOW) },
      { hear: next('a', lines()) },
      { say: subscribe('b', FOLLOW) },
      { hear: next('b', lines()) },
      { say: complete('a') },
      { log: 'one' },
      { hear: next('b', lines('one')) },
      ...silence,
    ],
  },
  {
    row: 'GRAPHQL-WS-020 after complete from the client the answer of a query does not come',
    talk: [...begun, { say: subscribe('a', QUERY) }, { say: complete('a') }, ...silence, ...silence],
  },
  {
    row: 'GRAPHQL-WS-021 complete of an unknown or completed operation is ignored, before the initialisation too',
    talk: [
      { say: complete('a') },
      ...begun,
      { say: subscribe('a', QUERY) },
      { hear: next('a', ANSWER) },
      { hear: complete('a') },
      { say: complete('a') },
      { say: complete('b') },
      ...silence,
    ],
  },
  {
    row: 'GRAPHQL-WS-022 an id may be used again right behind its complete, for an operation like any other',
    talk: [
      ...begun,
      { say: subscribe('a', FOLLOW) },
      { hear: next('a', lines()) },
      { say: complete('a') },
      { say: subscribe('a', FOLLOW) },
      { hear: next('a', lines()) },
      { log: 'one' },
      { hear: next('a', lines('one')) },
      { say: subscribe('b', FOLLOW) },
      { hear: next('b', lines()) },
      { say: complete('a') },
      { log: 'two' },
      { hear: next('b', lines('two')) },
      ...silence,
    ],
  },
  {
    row: 'GRAPHQL-WS-023 after an invalid message nothing is answered',
    talk: [...begun, { say: 'nope' }, { say: subscribe('a', QUERY) }, { hear: INVALID }],
  },
];

const NO_MESSAGES: readonly unknown[] = [
  '',
  'not JSON',
  'null',
  '1',
  '"ping"',
  [PING],
  {},
  { type: 1 },
  { type: 'unknown' },
  { type: 'PING' },
  { ...INIT, payload: 'text' },
  { ...INIT, payload: [] },
  { ...PING, payload: 1 },
  { type: 'subscribe' },
  { type: 'subscribe', payload: { query: QUERY } },
  subscribe('', QUERY),
  { ...subscribe('a', QUERY), id: 1 },
  { id: 'a', type: 'subscribe', payload: {} },
  { id: 'a', type: 'subscribe', payload: { query: 1 } },
  subscribe('a', QUERY, { variables: [] }),
  subscribe('a', QUERY, { operationName: 1 }),
  subscribe('a', QUERY, { extensions: 'text' }),
  { type: 'complete' },
  { type: 'complete', id: '' },
  // What only a server says.
  ACK,
  next('a', ANSWER),
  { id: 'a', type: 'error', payload: [{ message: 'no' }] },
  Buffer.from([0xff, 0x00]),
];

const gateway = useGateway();
let log: string;
const clients: ProtocolClient[] = [];

beforeAll(async () => {
  const meta = { hostname: 'elsewhere' };
  const status = { status: 'running', started_at: START };
  const directory = await gateway.storage.addRun('followed', { meta, status, files: { 'logs.txt': '' } });
  log = `${directory}/logs.txt`;
  await gateway.storage.addRun('ended');
});
afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.close();
});

async function connect(protocols?: readonly string[], url = gateway.gateway.url): Promise<ProtocolClient> {
  const client = await ProtocolClient.connect(url, protocols);
  clients.push(client);
  return client;
}

async function converse(client: ProtocolClient, talk: readonly Step[]): Promise<void> {
  for (const step of talk) expect(await take(client, step)).toEqual(promised(step));
}

/** @returns what is heard then */
async function take(client: ProtocolClient, step: Step): Promise<readonly unknown[]> {
  if ('say' in step) client.say(step.say);
  if ('log' in step) await appendFile(log, `${step.log}\n`);
  const heard: unknown[] = [];
  while (heard.length < promised(step).length) heard.push(await client.hear());
  // Those of several operations come in any order.
  return heard.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function promised(step: Step): readonly object[] {
  if ('hear' in step) return [step.hear];
  return 'hearAll' in step ? step.hearAll : [];
}

it.each(TABLE.map((row) => [row.row, row] as const))('%s', async (_row, { protocols, talk }) => {
  const toldBefore = gateway.gateway.warnings.length;
  await converse(await connect(protocols), talk);
  // A client that breaks the protocol is nothing to bother the operator with.
  expect(gateway.gateway.warnings.slice(toldBefore)).toEqual([]);
});

it('GRAPHQL-WS-024 what is no message of a client closes with 4400', async () => {
  for (const message of NO_MESSAGES) {
    for (const before of [[], begun]) {
      const client = await connect();
      await converse(client, [...before, { say: message }, { hear: INVALID }]);
    }
  }
  expect(gateway.gateway.warnings).toEqual([]);
});

it('GRAPHQL-WS-025 a client that does not initialise within 3 seconds is closed with 4408', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const [slow, quick] = [await connect(), await connect()];
  await converse(quick, begun);
  vi.advanceTimersByTime(2999);
  await converse(slow, silence);
  vi.advanceTimersByTime(1);
  expect(await slow.hear()).toEqual({ closed: 4408, reason: 'Connection initialisation timeout' });
  await converse(quick, silence);
});

it('GRAPHQL-WS-026 a client is pinged every 20 seconds, and gone if it has not answered the ping before', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const client = await connect();
  await converse(client, begun);
  for (let i = 0; i < 3; i++) {
    const pinged = new Promise((resolve) => client.socket.once('ping', resolve));
    vi.advanceTimersByTime(20_000);
    await pinged;
    // The pong comes before it.
    await converse(client, silence);
  }
  vi.advanceTimersByTime(40_000);
  expect(await client.hear()).toMatchObject({ closed: 1006 });
});

it('GRAPHQL-WS-027 a gateway that stops closes all its clients with 1001', async () => {
  const own = await startTestGateway(gateway.storage);
  const [idle, busy, fresh] = [
    await connect(undefined, own.url),
    await connect(undefined, own.url),
    await connect(undefined, own.url),
  ];
  await converse(idle, begun);
  await converse(busy, [...begun, { say: subscribe('a', FOLLOW) }, { hear: next('a', lines()) }]);
  await own.close();
  for (const client of [idle, busy, fresh]) expect(await client.hear()).toEqual({ closed: 1001, reason: 'Going away' });
});

it('GRAPHQL-WS-028 a message over 256 KiB closes with 1009, one of that size is read', async () => {
  const client = await connect();
  const message = JSON.stringify(subscribe('a', QUERY));
  await converse(client, [
    ...begun,
    { say: message.padEnd(2 ** 18) },
    { hear: next('a', ANSWER) },
    { hear: complete('a') },
  ]);
  client.say(message.padEnd(2 ** 18 + 1));
  expect(await client.hear()).toMatchObject({ closed: 1009 });
});

it('GRAPHQL-WS-029 a message may come in fragments', async () => {
  const client = await connect();
  const message = JSON.stringify(INIT);
  client.socket.send(message.slice(0, 5), { fin: false });
  client.socket.send(message.slice(5), { fin: true });
  expect(await client.hear()).toEqual(ACK);
});

it('GRAPHQL-WS-030 frames that break the protocol of WebSockets close as it says', async () => {
  const frames: readonly (readonly [code: number, bytes: readonly number[]])[] = [
    // Not masked; with a bit that is reserved; of an unknown kind; a ping in fragments.
    [1002, [0x81, 0x02, 0x7b, 0x7d]],
    [1002, [0xc1, 0x80, 0, 0, 0, 0]],
    [1002, [0x83, 0x80, 0, 0, 0, 0]],
    [1002, [0x09, 0x80, 0, 0, 0, 0]],
    // A text that is not UTF-8.
    [1007, [0x81, 0x81, 0, 0, 0, 0, 0xff]],
  ];
  for (const [code, bytes] of frames) {
    const client = await connect();
    await converse(client, begun);
    client.write(...bytes);
    expect(await client.hear()).toMatchObject({ closed: code });
  }
});
