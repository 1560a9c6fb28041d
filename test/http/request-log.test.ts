import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ServedRun, useGateway } from '../conformance/fixture.ts';
import { startTestGateway } from '../support/gateway.ts';
import { addressOf, overSse, overWebSocket } from '../support/operation-clients.ts';
import { makeStorage, metricsEvent } from '../support/storage.ts';
import type { LogRecord } from '../support/test-log.ts';

const fixture = useGateway();

const EVENTS = [metricsEvent(1, { loss: 1 })];
const TOKEN = 'a-token-that-nobody-may-see';

/** The line of a request, which has an id of its own. */
async function lineOf(path: string, id: string, options: { method?: string; headers?: object; body?: string } = {}) {
  const { gateway } = fixture;
  const answer = await gateway.request(path, { ...options, headers: { ...options.headers, 'x-request-id': id } });
  return { answer, line: await gateway.log.logged({ requestId: id }) };
}

/** The fields of a line that are the same each time. */
function facts(line: LogRecord): object {
  expect(line.client).toBe('127.0.0.1');
  expect(line.ms).toBeGreaterThan(0);
  expect(line.bytes).toBeGreaterThan(0);
  const own = new Set(['time', 'ms', 'bytes', 'requestId', 'client']);
  return Object.fromEntries(Object.entries(line).filter(([name]) => !own.has(name)));
}

describe('the line of a request', () => {
  it('has its method, path, route, run, status, bytes, milliseconds and what its metrics cost', async () => {
    const { id } = await fixture.serve({ events: EVENTS });
    const path = `/api/runs/${id}/metrics`;
    const { answer, line } = await lineOf(path, 'cost-1');
    expect(facts(line)).toEqual({
      level: 'info',
      msg: `GET ${path} 200`,
      method: 'GET',
      path,
      route: '/api/runs/:id/metrics',
      runId: id,
      status: 200,
      cache: 'miss',
    });
    expect(line.bytes).toBeGreaterThan(answer.body.length);
    expect((await lineOf(path, 'cost-2')).line).toMatchObject({ cache: 'hit' });
  });

  it('has the code of a failure, and the route where there is one', async () => {
    const { line } = await lineOf('/api/runs/nope/metrics?downsample=1', 'failed-1');
    expect(facts(line)).toMatchObject({ status: 422, code: 'BAD_USER_INPUT', route: '/api/runs/:id/metrics' });
    const { line: lost } = await lineOf('/nowhere/at/all', 'failed-2');
    expect(facts(lost)).toEqual({
      level: 'info',
      msg: 'GET /nowhere/at/all 404',
      method: 'GET',
      path: '/nowhere/at/all',
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('has the name of a GraphQL operation, its failure, and of several runs the greatest cost', async () => {
    const [cold, warm] = [await fixture.serve({ events: EVENTS }), await fixture.serve({ events: EVENTS })];
    await warm.steps();
    const both = (one: ServedRun, other: ServedRun) => ({
      query: `query Both { compareRuns(runIds: ["${one.id}", "${other.id}"], columns: []) { result { __typename } } }`,
    });
    const read = await lineOf(addressOf('', both(warm, cold)), 'graphql-1');
    expect(facts(read.line)).toMatchObject({ operation: 'Both', cache: 'miss', route: '/graphql', path: '/graphql' });
    expect(JSON.stringify(read.line)).not.toContain(cold.id);
    const another = await fixture.serve({ events: EVENTS });
    expect((await lineOf(addressOf('', both(another, warm)), 'graphql-3')).line).toMatchObject({ cache: 'miss' });
    expect((await lineOf(addressOf('', both(another, warm)), 'graphql-4')).line).toMatchObject({ cache: 'hit' });
    const refused = await lineOf(addressOf('', { query: 'query Wrong { nothing }' }), 'graphql-2');
    expect(refused.line).toMatchObject({ status: 200, code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('has the address of the client, which a trusted proxy tells', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.1, 192.0.2.2', 'x-request-id': 'client-1' };
    await fixture.gateway.request('/api/health', { headers });
    expect(await fixture.gateway.log.logged({ requestId: 'client-1' })).toMatchObject({ client: '127.0.0.1' });
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage, { trustedProxies: ['loopback'] });
    await gateway.request('/api/health', { headers });
    expect(await gateway.log.logged({ requestId: 'client-1' })).toMatchObject({ client: '192.0.2.2' });
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    await once(socket, 'open');
    socket.close();
    expect(await gateway.log.logged({ msg: 'WebSocket /graphql closed' })).toMatchObject({ client: '192.0.2.2' });
  });

  it('tells that the client went away', async () => {
    const { id } = await fixture.serve({
      events: Array.from({ length: 20_000 }, (_, i) => metricsEvent(i, { note: 'x'.repeat(1000) })),
    });
    const { hostname, port } = new URL(fixture.gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/runs/${id}/metrics HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: gone-1\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    expect(await fixture.gateway.log.logged({ requestId: 'gone-1' })).toMatchObject({ aborted: true, status: 200 });
  });
});

describe('the line of a WebSocket', () => {
  it('of a log has the run, the code it was closed with, and what was sent', async () => {
    const { id } = await fixture.serve({ files: { 'logs.txt': 'line\n' } });
    const path = `/api/runs/${id}/logs/ws`;
    const socket = new WebSocket(fixture.gateway.url.replace('http', 'ws') + path, {
      headers: { 'x-request-id': 'log-1' },
    });
    await once(socket, 'message');
    socket.close(1000);
    const line = await fixture.gateway.log.logged({ requestId: 'log-1' });
    expect(facts(line)).toEqual({
      level: 'info',
      msg: `WebSocket ${path} closed`,
      path,
      kind: 'log',
      runId: id,
      code: 1000,
    });
  });

  it.each(['/graphql', '/api/runs/a/logs/ws'])(
    'that is none by RFC 6455 is that of a request, which is told why: %s',
    async (path) => {
      const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '12' };
      const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
      const headers = { ...upgrade, ...key, 'x-request-id': `bad${path}` };
      const answer = await fixture.gateway.request(path, { headers });
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject({ 'sec-websocket-version': '13', 'x-error-code': 'BAD_REQUEST' });
      expect(answer.json()).toEqual({ detail: 'Missing or invalid Sec-WebSocket-Version header' });
      const line = await fixture.gateway.log.logged({ requestId: `bad${path}` });
      expect(facts(line)).toMatchObject({ msg: `GET ${path} 400`, status: 400, code: 'BAD_REQUEST' });
    },
  );

  it('that is refused is that of a request', async () => {
    const headers = { 'x-request-id': 'log-2', origin: 'http://evil.example' };
    const socket = new WebSocket(`${fixture.gateway.url.replace('http', 'ws')}/graphql`, { headers });
    await once(socket, 'unexpected-response');
    const line = await fixture.gateway.log.logged({ requestId: 'log-2' });
    expect(facts(line)).toMatchObject({ msg: 'GET /graphql 403', status: 403, code: 'ORIGIN_NOT_ALLOWED' });
    socket.on('error', () => undefined).terminate();
  });
});

describe('the line of a connection', () => {
  it('that sends what is no request has the id that its client was told', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('GIMME runs\r\n\r\n');
    const [, requestId] = /^X-Request-Id: (\w+)/m.exec(await text(socket)) ?? [];
    expect(await gateway.log.logged({ requestId })).toMatchObject({
      level: 'info',
      msg: 'connection refused 400',
      client: '127.0.0.1',
      status: 400,
      code: 'BAD_REQUEST',
    });
    const metrics = await gateway.request('/metrics');
    expect(metrics.body).toContain('runlens_http_requests_total{route="none",status="400"} 1\n');
  });

  it('that is one too many has the id that its client was told', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage, { limits: { connections: 0 } });
    const { status, headers } = await gateway.request('/api/health');
    expect(await gateway.log.logged({ requestId: headers['x-request-id'] })).toMatchObject({
      msg: `connection refused ${status}`,
      client: '127.0.0.1',
      status: 429,
      code: 'TOO_MANY_REQUESTS',
    });
  });
});

describe('the lines of a subscription', () => {
  const follow = (name: string, id: string) => ({
    query: `subscription ${name} { logs(runId: "${id}") { __typename } }`,
  });

  it.each([
    ['websocket', overWebSocket, 'AllSocket'],
    ['http', overSse, 'AllSse'],
  ])('over %s tell its beginning, and that all was told, in how many events', async (transport, ask, name) => {
    const { id } = await fixture.serve({ files: { 'logs.txt': 'line\n' } });
    const client = ask(fixture.gateway.url, follow(name, id));
    while ((await client.next()).type !== 'complete');
    client.close();
    const { log } = fixture.gateway;
    expect(await log.logged({ name, msg: `subscription ${name} began` })).toMatchObject({ transport });
    const ended = await log.logged({ name, msg: `subscription ${name} ended` });
    expect(ended).toMatchObject({ level: 'info', kind: 'subscription', transport, outcome: 'complete', events: 2 });
  });

  it.each([
    ['websocket', overWebSocket, 'GoneSocket'],
    ['http', overSse, 'GoneSse'],
  ])('over %s tell that the client went away', async (_, ask, name) => {
    const { id } = await fixture.serve({ status: { status: 'running' }, files: { 'logs.txt': 'line\n' } });
    const client = ask(fixture.gateway.url, follow(name, id));
    await client.next();
    client.close();
    expect(await fixture.gateway.log.logged({ name, kind: 'subscription', outcome: 'client' })).toBeDefined();
  });

  it.each([
    ['websocket', overWebSocket],
    ['http', overSse],
  ])('over %s tell that the run is unknown', async (transport, ask) => {
    const client = ask(fixture.gateway.url, follow(`Unknown${transport}`, 'nobody'));
    await client.next();
    client.close();
    const ended = await fixture.gateway.log.logged({ name: `Unknown${transport}`, kind: 'subscription' });
    expect(ended).toMatchObject({ outcome: 'refused', code: 'RUN_NOT_FOUND', events: 0 });
  });

  it.each([
    ['websocket', overWebSocket],
    ['http', overSse],
  ])('over %s tell that the gateway shut down', async (_, ask) => {
    await using storage = await makeStorage();
    await storage.addRun('a', { status: { status: 'running' }, files: { 'logs.txt': 'line\n' } });
    const gateway = await startTestGateway(storage);
    const client = ask(gateway.url, follow('Closing', 'a'));
    await client.next();
    await gateway.close();
    expect(await gateway.log.logged({ name: 'Closing', outcome: 'shutdown' })).toBeDefined();
    client.close();
  });
});

it('a query over a WebSocket has a line, with what its metrics cost', async () => {
  const { id } = await fixture.serve({ events: EVENTS });
  const query = `query Steps { run(runId: "${id}") { metricsStep { x } } }`;
  const client = overWebSocket(fixture.gateway.url, { query });
  await client.next();
  client.close();
  const line = await fixture.gateway.log.logged({ name: 'Steps' });
  expect(line).toMatchObject({ level: 'info', msg: 'query Steps ended', outcome: 'complete', cache: 'miss' });
  expect(line.requestId).toMatch(/^[0-9a-f]{16}$/);
});

it('no line has the token, by whatever way it is shown, nor one that a client puts in a query by mistake', async () => {
  await using storage = await makeStorage();
  await storage.addRun('a', { files: { 'logs.txt': 'line\n' } });
  await using gateway = await startTestGateway(storage, { access: { token: TOKEN, hosts: [], origins: [] } });
  const authorization = `Bearer ${TOKEN}`;
  const session = { 'content-type': 'application/json' };
  const signedIn = await gateway.request('/session', {
    method: 'POST',
    headers: session,
    body: `{"token":"${TOKEN}"}`,
  });
  const cookie = String(signedIn.headers['set-cookie']).split(';', 1)[0] ?? '';
  await gateway.request('/api/runs', { headers: { authorization } });
  await gateway.request('/api/runs', { headers: { cookie } });
  await gateway.request(`/api/runs?token=${TOKEN}`);
  await gateway.request(`/graphql?query=query($token:String!){__typename}&variables={"token":"${TOKEN}"}`, {
    headers: { authorization },
  });
  const sockets = gateway.url.replace('http', 'ws');
  const socket = new WebSocket(`${sockets}/graphql?access_token=${TOKEN}`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: TOKEN } }));
  await once(socket, 'message');
  socket.close();
  const log = new WebSocket(`${sockets}/api/runs/a/logs/ws?token=${TOKEN}`, { headers: { cookie } });
  await once(log, 'message');
  log.close();
  await gateway.log.logged({ msg: 'WebSocket /graphql closed' });
  await gateway.log.logged({ msg: 'WebSocket /api/runs/a/logs/ws closed' });
  expect(gateway.log.records).toHaveLength(7);
  const lines = JSON.stringify(gateway.log.records);
  for (const secret of [TOKEN, cookie.slice(cookie.indexOf('=') + 1)]) expect(lines).not.toContain(secret);
});
