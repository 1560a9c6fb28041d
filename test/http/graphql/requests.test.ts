import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { makeStorage, type TestStorage } from '../../support/storage.ts';

let storage: TestStorage;
let gateway: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  gateway = await startTestGateway(storage, { access: { token: null, hosts: ['runs.example.com'], origins: [] } });
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

const GET = '/graphql?query=%7B__typename%7D';
const JSON_TYPE = { 'content-type': 'application/json' };
const BODY = '{"query":"{__typename}"}';
const post = (headers: Readonly<Record<string, string>>, body = BODY) =>
  gateway.request('/graphql', { method: 'POST', headers, body });

/** Ways over HTTP, each with what it needs besides an origin. */
const REQUESTS = [
  ['POST', (headers: object) => post({ ...JSON_TYPE, ...headers })],
  ['GET', (headers: object) => gateway.request(GET, { headers: { ...headers } })],
  [
    'server-sent events',
    (headers: object) => gateway.request(GET, { headers: { accept: 'text/event-stream', ...headers } }),
  ],
] as const;

describe.each(REQUESTS)('%s', (_name, send) => {
  it.each(['https://example.com', 'http://127.0.0.1.example.com', 'http://localhost.example.com:23300', 'null'])(
    'from a page of %s is refused',
    async (origin) => {
      const { status, body } = await send({ origin });
      expect(status).toBe(403);
      expect(body).toContain(`"message":"Pages of the origin ${origin} may not ask"`);
      expect(body).toContain('"code":"ORIGIN_NOT_ALLOWED"');
      expect(body).not.toContain('__typename');
    },
  );

  it.each(['http://localhost:5173', 'http://127.0.0.1', 'https://[::1]:8080'])(
    'from a page of %s is answered',
    async (origin) => {
      const { status, body } = await send({ origin });
      expect(status).toBe(200);
      expect(body).toContain('{"data":{"__typename":"Query"}}');
    },
  );

  it('from a page that the gateway serves itself is answered, by each name that it goes by', async () => {
    const { status } = await send({ origin: 'https://runs.example.com', host: 'runs.example.com' });
    expect(status).toBe(200);
  });

  it('from what is no page is answered', async () => {
    const { status } = await send({});
    expect(status).toBe(200);
  });
});

it('a page of a foreign origin cannot embed a query, and may link to one', async () => {
  const embedded = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  const linked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(await gateway.request(GET, { headers: embedded })).toMatchObject({
    status: 403,
    body: expect.stringContaining('"code":"ORIGIN_NOT_ALLOWED"'),
  });
  expect(await gateway.request(GET, { headers: linked })).toMatchObject({ status: 200 });
});

it('a page of a foreign origin cannot open a socket', async () => {
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { origin: 'https://example.com' });
  const [error]: unknown[] = await once(socket, 'error');
  expect(String(error)).toContain('403');
});

it.each([
  ['application/x-www-form-urlencoded', 'query=%7B__typename%7D'],
  ['text/plain', BODY],
  ['text/plain; application/json', BODY],
  ['application/graphql', '{__typename}'],
  ['application/graphql+json', BODY],
  [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--\r\n',
  ],
])('a body of type %s is refused by name', async (type, body) => {
  const answer = await post({ 'content-type': type }, body);
  expect(answer.status).toBe(415);
  expect(answer.json()).toMatchObject({
    errors: [
      {
        message: `The body has the Content-Type ${type}; it must be application/json`,
        extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
      },
    ],
  });
});

it('a body without a type is refused', async () => {
  const answer = await post({});
  expect(answer.status).toBe(415);
  expect(answer.body).toContain('The body has no Content-Type; it must be application/json');
});

it.each(['application/json; charset=utf-8', 'application/json ; charset=utf-8', 'Application/JSON'])(
  'a body of type %s is JSON',
  async (type) => {
    expect((await post({ 'content-type': type })).status).toBe(200);
  },
);

it('a body that is longer than any query is refused', async () => {
  const answer = await post(JSON_TYPE, `{"query":"{__typename}","variables":{"x":"${'x'.repeat(256 * 1024)}"}}`);
  expect(answer.status).toBe(413);
});

it('a batch of queries is refused', async () => {
  const answer = await post(JSON_TYPE, `[${BODY},${BODY}]`);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('Batching is not supported');
  expect(answer.body).not.toContain('"data"');
});

it('a query by a whole address, as proxies ask, is answered', async () => {
  expect(await gateway.request(`http://127.0.0.1:1${GET}`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('{"data":{"__typename":"Query"}}'),
  });
});
