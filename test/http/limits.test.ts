import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Limits, LOOPBACK_LIMITS, limitsOf, NETWORK_LIMITS } from '../../src/http/limits/limits.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { connectLegacy, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import { ProtocolClient } from '../support/protocol-client.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';

const ID = 'run';
const MANY_STEPS = 200_000;

let storage: TestStorage;
let gateway: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  const goesOn = { meta: { hostname: 'elsewhere' }, status: { status: 'running', started_at: START } };
  await storage.addRun(ID, { ...goesOn, files: { 'logs.txt': 'line\n' } });
  const events = Array.from({ length: MANY_STEPS }, (_, step) => metricsEvent(step, { loss: step }));
  await storage.addRun('long', { events });
});
afterAll(() => storage.remove());
afterEach(() => gateway.close());

async function start(limits: Partial<Limits>, trustedProxies: readonly string[] = []): Promise<TestGateway> {
  gateway = await startTestGateway(storage, { limits, trustedProxies });
  return gateway;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const queryOf = (bytes: number) => JSON.stringify({ query: '{__typename}' }).padEnd(bytes);

/** Sends a text over a connection of its own, and reads to its end. */
async function exchange(sent: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(sent);
  return text(socket);
}

/** How an upgrade is refused. */
async function refusalOf(path: string): Promise<IncomingMessage> {
  const socket = new WebSocket(gateway.url.replace('http', 'ws') + path);
  socket.on('error', () => undefined);
  const [, answer]: IncomingMessage[] = await once(socket, 'unexpected-response');
  if (answer === undefined) throw new TypeError('no answer');
  return answer;
}

describe('what a request may have', () => {
  it('is a body of so many bytes', async () => {
    await start({ bodyBytes: 1000 });
    const ask = (bytes: number) =>
      gateway.request('/graphql', { method: 'POST', headers: JSON_TYPE, body: queryOf(bytes) });
    expect((await ask(1000)).status).toBe(200);
    const refused = await ask(1001);
    expect(refused.status).toBe(413);
    expect(refused.json()).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' } }] });
  });

  it.each(['/api/runs', '/graphql', '/'])('is a path and a query of so many bytes, at %s', async (path) => {
    await start({ urlBytes: 100 });
    const ask = (bytes: number) => gateway.request(`${path}?${'x'.repeat(bytes - path.length - 1)}`);
    expect((await ask(100)).status).not.toBe(414);
    const refused = await ask(101);
    expect(refused.status).toBe(414);
    expect(refused.body).toContain('url: 101 bytes, and 100 are all that it may have');
    expect(refused.body).toContain(path === '/graphql' ? '"code":"URI_TOO_LONG"' : '"detail"');
  });

  it('are headers of so many bytes, and what refuses it is as of other errors', async () => {
    await start({ headerBytes: 2000 });
    const ask = (bytes: number) => gateway.request('/api/health', { headers: { 'x-filler': 'x'.repeat(bytes) } });
    expect((await ask(1000)).status).toBe(200);
    const refused = await ask(3000);
    expect(refused.status).toBe(431);
    expect(refused.headers).toMatchObject({
      'x-error-code': 'REQUEST_HEADER_FIELDS_TOO_LARGE',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(refused.json()).toEqual({
      detail: 'header: 2000 bytes are all that the first line and the headers may have',
    });
  });

  it('is HTTP', async () => {
    await start({});
    const answer = await exchange('GIMME runs\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('X-Error-Code: BAD_REQUEST\r\n');
    expect(answer).toMatch(/\{"detail":"The request is no HTTP: .+"\}$/);
  });

  it.each(['http://1:7.0.0.1/api/runs', 'http://[/api/runs', 'runs'])(
    'is for a path or an address, which %s is not; nothing warns of it',
    async (target) => {
      await start({});
      const warned = vi.fn<() => void>();
      process.on('warning', warned);
      const ask = (url: string) => exchange(`GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      const answer = await ask(target);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      const [, requestId] = /^X-Request-Id: (\w+)/m.exec(answer) ?? [];
      expect(await gateway.log.logged({ requestId })).toMatchObject({ code: 'BAD_REQUEST' });
      expect(await ask('http://localhost/api/runs')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      process.off('warning', warned);
      expect(warned).not.toHaveBeenCalled();
    },
  );

  it('is a message of so many bytes, on both sockets', async () => {
    await start({ messageBytes: 1000 });
    const client = await ProtocolClient.connect(gateway.url);
    client.say(`{"type":"connection_init","payload":{"a":"${'x'.repeat(1000)}"}}`);
    expect(await client.hear()).toMatchObject({ closed: 1009 });
    const log = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/runs/${ID}/logs/ws`);
    await once(log, 'open');
    log.send('x'.repeat(1001));
    const [code]: unknown[] = await once(log, 'close');
    expect(code).toBe(1009);
  });
});

describe('the time of a request', () => {
  it('is so long until it has arrived', async () => {
    await start({ requestSeconds: 0.05 });
    const answer = await exchange(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('X-Error-Code: REQUEST_TIMEOUT\r\n');
    expect(answer).toContain('seconds: the request takes longer than 0.05 to arrive');
  });

  it('is so long until its answer begins, and what was begun is there for who asks again', async () => {
    await start({ requestSeconds: 0.05 });
    const path = '/api/runs/long/metrics_step?downsample=100';
    const refused = await gateway.request(path);
    expect([refused.status, refused.headers['x-error-code']]).toEqual([503, 'QUERY_TIMEOUT']);
    expect(refused.json()).toEqual({
      detail: 'seconds: the answer takes longer than 0.05, which is all that it may take',
    });
    await vi.waitUntil(async () => (await gateway.request(path)).status === 200, { timeout: 10_000 });
    expect(gateway.warnings.filter((warning) => !warning.includes('the answer takes longer'))).toEqual([]);
  });

  it('is as long as its client takes, once the answer has begun', async () => {
    await start({ requestSeconds: 1 });
    const path = '/api/runs/long/metrics_step';
    await gateway.request(path);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const answer = await fetch(gateway.url + path);
      vi.advanceTimersByTime(10_000);
      expect(await answer.json()).toMatchObject({ total: MANY_STEPS });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a client', () => {
  it('has so many connections open, and more when it has left some', async () => {
    await start({ connections: 2 });
    const [one, two] = [await ProtocolClient.connect(gateway.url), await ProtocolClient.connect(gateway.url)];
    const refused = await gateway.request('/api/health');
    expect([refused.status, refused.headers['x-error-code']]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(refused.json()).toEqual({ detail: 'connections: 2 at a time are all that a client may have' });
    one.close();
    await vi.waitUntil(async () => (await gateway.request('/api/health')).status === 200);
    two.close();
  });

  it('has so many subscriptions open, by whatever way, and more when it has left some', async () => {
    await start({ subscriptions: 3 });
    const places = { runId: ID, tail: 1 };
    const clients = [
      subscribeOverSse(gateway.url, places),
      subscribeOverWebSocket(gateway.url, places),
      connectLegacy(gateway.url, { runId: ID }),
    ];
    for (const client of clients) await client.next();
    const message = 'subscriptions: 3 at a time are all that a client may have';
    const refusal = { type: 'error', code: 'TOO_MANY_REQUESTS', message };
    const more = [subscribeOverSse(gateway.url, places), subscribeOverWebSocket(gateway.url, places)];
    for (const client of more) expect(await client.next()).toEqual(refusal);
    const upgrade = await refusalOf(`/api/runs/${ID}/logs/ws`);
    expect([upgrade.statusCode, JSON.parse(await text(upgrade))]).toEqual([429, { detail: message }]);
    const answer = await gateway.request(`/graphql?query=subscription{runs{__typename}}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(answer.status).toBe(429);
    for (const client of clients) {
      client.close();
      await vi.waitUntil(async () => {
        const next = subscribeOverWebSocket(gateway.url, places);
        const { type } = await next.next();
        next.close();
        return type === 'LogBatch';
      });
    }
    for (const client of more) client.close();
  });

  it('that subscribes to what is not there has its place again', async () => {
    await start({ subscriptions: 1 });
    for (const subscribe of [subscribeOverSse, subscribeOverWebSocket, subscribeOverSse]) {
      const client = subscribe(gateway.url, { runId: 'nope' });
      expect(await client.next()).toMatchObject({ code: 'RUN_NOT_FOUND' });
      client.close();
    }
  });

  it('sends so many requests in a minute, and is told when to go on', async () => {
    await start({ requestsPerMinute: 3 });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const path of ['/api/health', '/graphql?query={__typename}', '/']) {
        expect((await gateway.request(path)).status).toBe(200);
      }
      const refused = await gateway.request('/api/health');
      expect([refused.status, refused.headers['x-error-code']]).toEqual([429, 'TOO_MANY_REQUESTS']);
      expect(refused.headers['retry-after']).toMatch(/^(60|5\d)$/);
      expect(refused.json()).toEqual({ detail: 'requests: 3 in a minute are all that a client may send' });
      const graphql = await gateway.request('/graphql?query={__typename}');
      expect([graphql.status, graphql.headers['retry-after'] !== undefined]).toEqual([429, true]);
      expect(graphql.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
      const upgrade = await refusalOf('/graphql');
      expect([upgrade.statusCode, upgrade.headers['retry-after'] !== undefined]).toEqual([429, true]);
      vi.setSystemTime(Date.now() + 61_000);
      expect((await gateway.request('/api/health')).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has operations on its socket counted as requests', async () => {
    await start({ requestsPerMinute: 3 });
    const client = await ProtocolClient.connect(gateway.url);
    client.say({ type: 'connection_init' });
    await client.hear();
    for (const id of ['1', '2', '3']) client.say({ type: 'subscribe', id, payload: { query: '{__typename}' } });
    const heard = [];
    for (let i = 0; i < 5; i++) heard.push(await client.hear());
    expect(heard.filter((message) => Object(message).type === 'next')).toHaveLength(2);
    expect(heard).toContainEqual({
      type: 'error',
      id: '3',
      payload: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }) })],
    });
    client.close();
  });

  it('is who a trusted proxy says, and without one who is connected', async () => {
    const ask = (client: string) => gateway.request('/api/health', { headers: { 'x-forwarded-for': client } });
    await start({ requestsPerMinute: 1 }, ['loopback']);
    expect((await ask('192.0.2.1')).status).toBe(200);
    expect((await ask('192.0.2.2')).status).toBe(200);
    expect((await ask('192.0.2.1')).status).toBe(429);
    // What a client itself claims stands before what the proxy says.
    expect((await ask('192.0.2.9, 192.0.2.1')).status).toBe(429);
    // Some proxies tell the port too.
    expect((await ask('192.0.2.1:1234')).status).toBe(429);
    expect((await ask('[2001:db8::1]:1234')).status).toBe(200);
    expect((await ask('2001:db8::1')).status).toBe(429);
    // Who has no address there is the proxy.
    expect((await ask('unknown')).status).toBe(200);
    expect((await ask('192.0.2.3, junk')).status).toBe(429);
    await gateway.close();
    await start({ requestsPerMinute: 1 });
    expect((await ask('192.0.2.1')).status).toBe(200);
    expect((await ask('192.0.2.2')).status).toBe(429);
  });

  it('is counted where it may be one of others than this machine, through a proxy or not', () => {
    expect(limitsOf(true, [])).toBe(LOOPBACK_LIMITS);
    expect(limitsOf(true, ['loopback'])).toBe(NETWORK_LIMITS);
    expect(limitsOf(false, [])).toBe(NETWORK_LIMITS);
  });

  it('may have whatever it likes on loopback, unless told', async () => {
    await start({});
    const { headers } = await gateway.request('/api/health');
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    expect([LOOPBACK_LIMITS.connections, LOOPBACK_LIMITS.subscriptions, LOOPBACK_LIMITS.requestsPerMinute]).toEqual(
      Array(3).fill(Number.POSITIVE_INFINITY),
    );
  });
});

it('the documentation has each limit, with its flag and its default', async () => {
  await start({});
  const page = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const rows = new Map(
    Array.from(page.matchAll(/^\| `--max-(\w+) \S+` +\| (\S+) /gm), ([, flag = '', value = '']) => [flag, value]),
  );
  const kib = (bytes: number) => `${bytes / 1024}KiB`;
  expect(Object.fromEntries(rows)).toEqual({
    body: kib(NETWORK_LIMITS.bodyBytes),
    header: kib(NETWORK_LIMITS.headerBytes),
    url: kib(NETWORK_LIMITS.urlBytes),
    message: kib(NETWORK_LIMITS.messageBytes),
    seconds: String(NETWORK_LIMITS.requestSeconds),
    connections: String(NETWORK_LIMITS.connections),
    subscriptions: String(NETWORK_LIMITS.subscriptions),
    requests: String(NETWORK_LIMITS.requestsPerMinute),
  });
});
