import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { checkHosts } from '../../src/http/access/hosts.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';

type Headers = Readonly<Record<string, string>>;

const TOKEN = 'a-token-of-some-length';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const JSON_BODY = { 'content-type': 'application/json' };
const SSE = '/graphql?query=subscription{runs{__typename}}';
const LOG = '/api/runs/a/logs/ws';

let storage: Awaited<ReturnType<typeof makeStorage>>;
let open: TestGateway;
let locked: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('a');
  open = await startTestGateway(storage, {
    access: { token: null, hosts: ['Runs.example'], origins: ['https://lab.example'] },
  });
  locked = await startTestGateway(storage, { access: { token: TOKEN, hosts: [], origins: [] } });
});
afterAll(async () => {
  await open.close();
  await locked.close();
  await storage[Symbol.asyncDispose]();
});

/** How an upgrade is answered: 101 where it is granted. */
async function upgrade({ url }: TestGateway, path: string, headers: Headers = {}): Promise<Partial<IncomingMessage>> {
  const socket = new WebSocket(url.replace('http', 'ws') + path, path === '/graphql' ? 'graphql-transport-ws' : [], {
    headers,
  });
  socket.on('error', () => undefined);
  const granted = once(socket, 'upgrade').then(([answer]: IncomingMessage[]) => answer);
  const refused = once(socket, 'unexpected-response').then(([, answer]: IncomingMessage[]) => answer);
  const answer = await Promise.race([granted, refused]);
  socket.terminate();
  return answer ?? {};
}

/** What comes after a GraphQL socket's first message: the acknowledgement, or the code that it is closed with. */
async function initialise(headers: Headers, payload?: object): Promise<unknown> {
  const socket = new WebSocket(`${locked.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  const acknowledged = once(socket, 'message').then(([data]) => JSON.parse(String(data)).type);
  const closed = once(socket, 'close').then(([code]) => code);
  const outcome: unknown = await Promise.race([acknowledged, closed]);
  socket.terminate();
  return outcome;
}

async function signIn(token = TOKEN, headers: Headers = {}) {
  return locked.request('/session', {
    method: 'POST',
    headers: { ...JSON_BODY, ...headers },
    body: JSON.stringify({ token }),
  });
}

async function cookieOf(): Promise<string> {
  return (await signIn()).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('a page that lets its own name resolve to this machine', () => {
  const attack = { host: 'evil.example:23300', origin: 'http://evil.example:23300' };

  it.each(['/', '/api/runs', '/graphql?query={__typename}', '/nope'])('is refused %s', async (path) => {
    const answer = await open.request(path, { headers: attack });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('does not go by the name evil.example:23300; --allowed-host allows one');
    expect(answer.body).not.toContain('__typename');
  });

  it('is told so by REST in a header, and by GraphQL and its events in an error', async () => {
    expect((await open.request('/api/runs', { headers: attack })).headers['x-error-code']).toBe('HOST_NOT_ALLOWED');
    const events = await open.request(SSE, { headers: { ...attack, accept: 'text/event-stream' } });
    expect(events.status).toBe(403);
    expect(events.json()).toMatchObject({ errors: [{ extensions: { code: 'HOST_NOT_ALLOWED' } }] });
  });

  it.each(['/graphql', LOG])('is refused the socket at %s', async (path) => {
    const { statusCode, headers } = await upgrade(open, path, attack);
    expect(statusCode).toBe(403);
    expect(headers).toMatchObject({ 'x-error-code': 'HOST_NOT_ALLOWED' });
  });
});

it.each([
  '127.0.0.1',
  '10.1.2.3:80',
  '[::1]:23300',
  '[::1]',
  'localhost',
  'LOCALHOST.:1',
  'a.localhost:5173',
  'runs.example',
  'runs.example:8080',
])('a request to %s is answered', async (host) => {
  expect((await open.request('/api/health', { headers: { host } })).status).toBe(200);
});

it.each([
  'evil.localhost.example',
  'localhost.example',
  'xlocalhost',
  'x.runs.example',
  '127.0.0.1.nip.example',
  'a b',
  '@127.0.0.1 x',
  'evil.example@127.0.0.1',
  '127.0.0.1/evil.example',
  'localhost\\evil.example',
  '/',
])('a request to "%s" is not', async (host) => {
  expect((await open.request('/api/health', { headers: { host } })).status).toBe(403);
});

it('a client may call the gateway by a name whatever the port, and by no name that contains it', () => {
  const isAllowed = checkHosts(['runs.example.com']);
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (other, port) => {
      expect(isAllowed(`runs.example.com:${port}`)).toBe(true);
      expect(isAllowed(`${other}.runs.example.com:${port}`)).toBe(false);
      expect(isAllowed(`runs.example.com.${other}`)).toBe(false);
    }),
  );
});

describe('pages of an origin that the operator allows', () => {
  const headers = { origin: 'https://lab.example' };

  it('may read REST, ask GraphQL and open sockets', async () => {
    const rest = await open.request('/api/runs', { headers });
    expect(rest.headers['access-control-allow-origin']).toBe('https://lab.example');
    expect((await open.request('/graphql?query={__typename}', { headers })).status).toBe(200);
    expect((await upgrade(open, '/graphql', headers)).statusCode).toBe(101);
    expect((await upgrade(open, LOG, headers)).statusCode).toBe(101);
  });

  it('are told from those of the like', async () => {
    for (const origin of ['http://lab.example', 'https://lab.example.org', 'https://x.lab.example', 'null']) {
      const rest = await open.request('/api/runs', { headers: { origin } });
      expect(rest.headers['access-control-allow-origin']).toBeUndefined();
      expect((await upgrade(open, '/graphql', { origin })).statusCode).toBe(403);
      expect((await upgrade(open, LOG, { origin })).statusCode).toBe(403);
    }
  });
});

describe('a gateway with a token', () => {
  it.each(['/api/runs', '/api/health', '/api/runs/a/metrics', '/nope'])('keeps %s from strangers', async (path) => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN]) {
      const answer = await locked.request(path, { headers: authorization === '' ? {} : { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'x-error-code': 'UNAUTHENTICATED' });
      expect(answer.json()).toEqual({ detail: 'A token is needed: Authorization: Bearer TOKEN' });
    }
  });

  it.each(['/graphql?query={__typename}', SSE, '/graphql'])('keeps %s from strangers, GraphiQL too', async (path) => {
    for (const accept of ['*/*', 'text/event-stream', 'text/html']) {
      const answer = await locked.request(path, { headers: { accept } });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNAUTHENTICATED', requestId: answer.headers['x-request-id'] } }],
      });
    }
  });

  it('answers those who know it', async () => {
    expect((await locked.request('/api/runs', { headers: BEARER })).status).toBe(200);
    expect((await locked.request('/api/runs', { headers: { authorization: `bearer  ${TOKEN}` } })).status).toBe(200);
    expect((await locked.request('/graphql?query={__typename}', { headers: BEARER })).status).toBe(200);
    expect((await upgrade(locked, LOG, BEARER)).statusCode).toBe(101);
    expect((await upgrade(locked, '/graphql', BEARER)).statusCode).toBe(101);
  });

  it('gives its page to everybody', async () => {
    const page = await locked.request('/');
    expect(page.status).toBe(200);
    const [asset = ''] = /\/?assets\/[^"]+/.exec(page.body) ?? [];
    expect((await locked.request(`/${asset.replace(/^\//, '')}`)).status).toBe(200);
  });

  it('keeps the log socket from strangers', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { cookie: 'runlens=x' }]) {
      const { statusCode, headers: told } = await upgrade(locked, LOG, headers);
      expect(statusCode).toBe(401);
      expect(told).toMatchObject({ 'www-authenticate': 'Bearer', 'x-error-code': 'UNAUTHENTICATED' });
    }
  });

  it('takes it in the first message of a GraphQL socket', async () => {
    for (const payload of [BEARER, { Authorization: `Bearer ${TOKEN}` }, { token: TOKEN }]) {
      expect(await initialise({}, payload)).toBe('connection_ack');
    }
    expect(await initialise(BEARER)).toBe('connection_ack');
  });

  it('closes a GraphQL socket without it as forbidden', async () => {
    for (const payload of [undefined, {}, { token: 'wrong' }, { token: [TOKEN] }, { authorization: TOKEN }]) {
      expect(await initialise({}, payload)).toBe(4403);
    }
    expect((await upgrade(locked, '/graphql', { authorization: 'Bearer wrong' })).statusCode).toBe(401);
  });
});

describe('/session', () => {
  it('changes the token for a cookie that opens everything', async () => {
    const answer = await signIn();
    expect(answer.status).toBe(204);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^runlens_[0-9a-f]{8}=[\w-]{43}; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    const headers = { cookie: `other=1; ${await cookieOf()}; more=2` };
    expect((await locked.request('/api/runs', { headers })).status).toBe(200);
    expect((await locked.request('/graphql?query={__typename}', { headers })).status).toBe(200);
    expect((await upgrade(locked, LOG, headers)).statusCode).toBe(101);
    expect(await initialise(headers)).toBe('connection_ack');
  });

  it('has the cookie sent over TLS only where the page came so', async () => {
    const origin = `https://${new URL(locked.url).host}`;
    expect((await signIn(TOKEN, { origin })).headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });

  it('gives a cookie that holds over a restart, and not for another token', async () => {
    const headers = { cookie: await cookieOf() };
    await using again = await startTestGateway(storage, { access: { token: TOKEN, hosts: [], origins: [] } });
    await using other = await startTestGateway(storage, { access: { token: `${TOKEN}2`, hosts: [], origins: [] } });
    expect((await again.request('/api/runs', { headers })).status).toBe(200);
    expect((await other.request('/api/runs', { headers })).status).toBe(401);
  });

  it('gives a cookie whose value only the token makes, under whatever name it is shown', async () => {
    const [, value] = (await cookieOf()).split('=');
    const token = `${TOKEN}2`;
    await using other = await startTestGateway(storage, { access: { token, hosts: [], origins: [] } });
    const headers = { 'content-type': 'application/json' };
    const answer = await other.request('/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
    const [name] = String(answer.headers['set-cookie']?.[0]).split('=');
    const shown = await other.request('/api/runs', { headers: { cookie: `${name}=${value}` } });
    expect(shown.status).toBe(401);
  });

  it('refuses another token, and gives no cookie', async () => {
    const answer = await signIn('wrong');
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'x-error-code': 'UNAUTHENTICATED' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    [415, 'text/plain', JSON.stringify({ token: TOKEN })],
    [400, 'application/json', '{'],
    [422, 'application/json', '{"token": 1}'],
    [422, 'application/json', '[]'],
    [413, 'application/json', JSON.stringify({ token: 'x'.repeat(10_000) })],
  ])('answers %i to a body of %s that is %s', async (status, type, body) => {
    const answer = await locked.request('/session', { method: 'POST', headers: { 'content-type': type }, body });
    expect(answer.status).toBe(status);
  });

  it('refuses pages of foreign origins', async () => {
    expect((await signIn(TOKEN, { origin: 'http://evil.example' })).headers['x-error-code']).toBe('ORIGIN_NOT_ALLOWED');
  });

  it('takes the cookie back', async () => {
    const answer = await locked.request('/session', { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^runlens_[0-9a-f]{8}=; Max-Age=0;/);
  });

  it('has no other method, and is not there without a token', async () => {
    const answer = await locked.request('/session');
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST, DELETE');
    expect((await open.request('/session', { method: 'POST' })).status).toBe(404);
  });
});
