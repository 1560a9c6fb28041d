import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway } from '../support/gateway.ts';
import { overSse, overSseByGet, overWebSocket } from '../support/operation-clients.ts';
import { makeStorage } from '../support/storage.ts';

const SUBSCRIPTIONS = [
  ['logs', 'subscription { logs(runId: "a") { __typename } }'],
  ['metrics', 'subscription { metrics(runId: "a") { __typename } }'],
  ['runs', 'subscription { runs { __typename } }'],
] as const;

/** A gateway over a run that goes on. */
async function serve() {
  const storage = await makeStorage();
  await storage.addRun('a', { events: '', status: { status: 'running' }, files: { 'logs.txt': 'line\n' } });
  const gateway = await startTestGateway(storage);
  return {
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await storage.remove();
    },
  };
}

describe.each(SUBSCRIPTIONS)('a gateway that shuts down', (field, query) => {
  it(`closes the WebSocket of who follows ${field} as one that is going away`, async () => {
    await using served = await serve();
    const client = overWebSocket(served.gateway.url, { query });
    await client.next();
    await served.gateway.close();
    let event = await client.next();
    while (event.type !== 'closed') event = await client.next();
    expect(event).toEqual({ type: 'closed', code: 1001, reason: 'Going away' });
  });

  it.each([
    ['POST', overSse],
    ['GET', overSseByGet],
  ])(`completes the events of who follows ${field} by %s`, async (_, ask) => {
    await using served = await serve();
    const client = ask(served.gateway.url, { query });
    await client.next();
    await served.gateway.close();
    let event = await client.next();
    while (event.type === 'result') event = await client.next();
    expect(event).toEqual({ type: 'complete' });
    expect(await client.next()).toEqual({ type: 'closed', code: 0, reason: '' });
  });
});

describe('a gateway that shuts down', () => {
  it('closes a log socket as one that is going away', async () => {
    await using served = await serve();
    const socket = new WebSocket(`${served.gateway.url.replace('http', 'ws')}/api/runs/a/logs/ws`);
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await served.gateway.close();
    const [code, reason]: unknown[] = await closed;
    expect([code, String(reason)]).toEqual([1001, 'Going away']);
  });

  it('closes a GraphQL socket on which nothing was asked yet', async () => {
    await using served = await serve();
    const socket = new WebSocket(`${served.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await served.gateway.close();
    expect((await closed)[0]).toBe(1001);
  });

  it('answers what it was asked before, if the rest of it comes within 0.8 s', async () => {
    await using served = await serve();
    const asker = await halfAsk(served.gateway.url);
    const closed = served.gateway.close();
    await setTimeout(500);
    asker.socket.write(asker.rest);
    expect(await text(asker.socket)).toContain('{"data":{"__typename":"Query"}}');
    await closed;
  });

  it('waits for no more than 0.8 s for the rest of what it was asked', async () => {
    await using served = await serve();
    const asker = await halfAsk(served.gateway.url);
    const begunAt = performance.now();
    await served.gateway.close();
    const took = performance.now() - begunAt;
    expect(await text(asker.socket)).toBe('');
    expect(took).toBeGreaterThan(790);
    expect(took).toBeLessThan(1500);
  });
});

/** Sends the head of a request, which the gateway has seen when this returns, and leaves out its body. */
async function halfAsk(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A connection that is cut off may be reset.
  socket.on('error', () => undefined);
  const rest = '{"query":"{ __typename }"}';
  const headers = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${rest.length}`];
  socket.write(`POST /graphql HTTP/1.1\r\n${[...headers, 'Expect: 100-continue'].join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return { socket, rest };
}
