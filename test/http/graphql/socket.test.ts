import { once } from 'node:events';
import { handleProtocols } from 'graphql-ws';
import { createYoga } from 'graphql-yoga';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { GraphContext } from '../../../schema/index.ts';
import { Access, OPEN } from '../../../src/http/access/access.ts';
import type { GraphqlRequest } from '../../../src/http/graphql/errors.ts';
import { serveGraphql } from '../../../src/http/graphql/socket.ts';
import { limitClients } from '../../../src/http/limits/client-limits.ts';
import { LOOPBACK_LIMITS } from '../../../src/http/limits/limits.ts';
import { type HttpServer, listen } from '../../../src/http/server.ts';
import { routeUpgrades, socketServer } from '../../../src/http/upgrades.ts';
import { Traffic } from '../../../src/monitoring/traffic.ts';
import { columnSchema, LARGE, WatchedLabels } from '../../support/columns.ts';

let labels: WatchedLabels;
let server: HttpServer;
let client: WebSocket;
const connections = new Set<WebSocket>();

beforeEach(async () => {
  labels = WatchedLabels.make();
  const yoga = createYoga<GraphqlRequest, GraphContext>({ schema: columnSchema(labels), logging: false });
  const graphql = socketServer(2 ** 18, handleProtocols);
  graphql.on('connection', (socket) => connections.add(socket));
  serveGraphql(yoga, graphql, { access: new Access(OPEN), rate: null, report: () => undefined });
  server = await listen(() => undefined, '127.0.0.1', 0);
  routeUpgrades(server.server, {
    traffic: new Traffic(),
    access: new Access(OPEN),
    limits: limitClients(LOOPBACK_LIMITS, []),
    messageBytes: 2 ** 18,
    graphqlPath: '/graphql',
    graphql,
    log: (socket) => socket.terminate(),
  });
  client = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(client, 'open');
  client.send('{"type":"connection_init"}');
  await next();
});
afterEach(async () => {
  client.terminate();
  connections.clear();
  await server.close();
});

async function next(): Promise<string> {
  const [message]: unknown[] = await once(client, 'message');
  return String(message);
}

function ask(id: string, query: string): void {
  client.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
}

/** Receives so many messages. @returns those of each operation, in order */
async function answers(count: number): Promise<(id: string) => string[]> {
  const messages: string[] = [];
  await new Promise<void>((resolve) => {
    client.on('message', (data: Buffer) => {
      if (messages.push(data.toString()) === count) resolve();
    });
  });
  return (id) => messages.filter((message) => JSON.parse(message).id === id);
}

it('columns are arrays in every message, however many operations are answered at once', async () => {
  ask('a', '{ large small again: large }');
  ask('b', '{ small }');
  ask('c', '{ large fault }');
  ask('d', '{ unknown }');
  const of = await answers(7);
  const complete = (id: string) => `{"id":"${id}","type":"complete"}`;
  const payload = `{"data":{"large":${LARGE},"small":[1,null],"again":${LARGE}}}`;
  expect(of('a')).toEqual([`{"id":"a","type":"next","payload":${payload}}`, complete('a')]);
  expect(of('b')).toEqual(['{"id":"b","type":"next","payload":{"data":{"small":[1,null]}}}', complete('b')]);
  expect(of('c').map((message) => JSON.parse(message))).toMatchObject([
    { type: 'next', payload: { data: { large: JSON.parse(LARGE), fault: null }, errors: [{ path: ['fault'] }] } },
    JSON.parse(complete('c')),
  ]);
  expect(of('d')).toEqual([expect.stringContaining('"type":"error"')]);
});

it('a large message lets others have a turn between two of its slices', async () => {
  let turn = 0;
  const tick = () => {
    turn++;
    ticking = setImmediate(tick);
  };
  let ticking = setImmediate(tick);
  const turns: number[] = [];
  labels.taken = () => turns.push(turn);
  ask('a', '{ labels }');
  const { payload } = JSON.parse(await next());
  clearImmediate(ticking);
  expect(payload.data.labels).toHaveLength(labels.length);
  expect(turns.length).toBeGreaterThan(750);
  expect(new Set(turns).size).toBe(turns.length);
});

it('a large message is made no faster than its client takes it', async () => {
  const made = { slices: 0 };
  labels.taken = () => made.slices++;
  client.pause();
  ask('a', '{ labels }');
  // Until the connection is full.
  for (let before = -1; made.slices === 0 || made.slices > before; ) {
    before = made.slices;
    for (let i = 0; i < 500; i++) await new Promise(setImmediate);
  }
  expect(made.slices).toBeLessThan(400);
  client.resume();
  expect(JSON.parse(await next()).payload.data.labels).toHaveLength(labels.length);
  expect(made.slices).toBeGreaterThan(750);
});

it('a large message is not made on when its client has gone', async () => {
  const [connection] = connections;
  if (connection === undefined) throw new Error('no connection');
  let slices = 0;
  const begun = new Promise<void>((resolve) => {
    labels.taken = () => {
      slices++;
      resolve();
    };
  });
  ask('a', '{ labels }');
  await begun;
  client.terminate();
  await once(connection, 'close');
  const made = slices;
  // A turn for each slice that there would be.
  for (let i = 0; i < 1000; i++) await new Promise(setImmediate);
  expect(slices).toBe(made);
  expect(slices).toBeLessThan(700);
});
