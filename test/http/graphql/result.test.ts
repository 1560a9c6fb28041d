import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createYoga } from 'graphql-yoga';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamResults } from '../../../src/http/graphql/result.ts';
import { type HttpServer, listen } from '../../../src/http/server.ts';
import { columnSchema, LARGE, WatchedLabels } from '../../support/columns.ts';

let labels: WatchedLabels;
let server: HttpServer;
let responses: ServerResponse[];

beforeEach(async () => {
  labels = WatchedLabels.make();
  responses = [];
  const yoga = createYoga({ schema: columnSchema(labels), logging: false, plugins: [streamResults()] });
  const listener: RequestListener = (incoming, response) => {
    responses.push(response);
    void yoga(incoming, response);
  };
  server = await listen(listener, '127.0.0.1', 0);
});
afterEach(() => server.close());

/** Asks, and leaves the body to be read. */
async function open(query: string, accept = 'application/json', method = 'POST'): Promise<IncomingMessage> {
  const path = method === 'POST' ? '/graphql' : `/graphql?query=${encodeURIComponent(query)}`;
  const headers = { accept, 'content-type': 'application/json' };
  const outgoing = request(`${server.url}${path}`, { method, headers, agent: false });
  outgoing.end(method === 'POST' ? JSON.stringify({ query }) : undefined);
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject).once('response', resolve);
  });
}

async function ask(...question: Parameters<typeof open>) {
  const response = await open(...question);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Gives the server so many requests' worth of time. */
async function letPass(requests: number): Promise<void> {
  for (let i = 0; i < requests; i++) await ask('{ small }');
}

describe('an answer with columns', () => {
  it('comes as a whole, with its length, where it is small', async () => {
    const { status, headers, body } = await ask('{ small again: small }');
    expect([status, body]).toEqual([200, '{"data":{"small":[1,null],"again":[1,null]}}']);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
    });
  });

  it.each(['application/json', 'application/graphql-response+json'])(
    'comes in pieces where it is large, as %s',
    async (accept) => {
      const { status, headers, body } = await ask('{ large small again: large columns }', accept);
      const columns = `[[2],[${new Float64Array(30_000).join()}]]`;
      const data = `{"large":${LARGE},"small":[1,null],"again":${LARGE},"columns":${columns}}`;
      expect([status, body]).toEqual([200, `{"data":${data}}`]);
      expect(headers).toMatchObject({ 'content-type': `${accept}; charset=utf-8`, 'transfer-encoding': 'chunked' });
      expect(headers).not.toHaveProperty('content-length');
    },
  );

  it('may be asked for by GET, and by HEAD as little as ever', async () => {
    expect((await ask('{ large }', 'application/json', 'GET')).body).toBe(`{"data":{"large":${LARGE}}}`);
    expect(await ask('{ large }', 'application/json', 'HEAD')).toMatchObject({ status: 405, body: '' });
  });

  it('has its errors beside it, masked as ever, and their status', async () => {
    const fault = await ask('{ large fault }');
    const error = { message: 'Unexpected error.', path: ['fault'] };
    expect(fault.status).toBe(200);
    expect(JSON.parse(fault.body)).toMatchObject({ data: { large: JSON.parse(LARGE), fault: null }, errors: [error] });
    const teapot = await ask('{ large teapot }');
    const { data, errors } = JSON.parse(teapot.body);
    expect([teapot.status, errors[0].extensions]).toEqual([418, { code: 'TEA' }]);
    expect(data).toEqual({ large: JSON.parse(LARGE), teapot: null });
  });

  it('holds arrays also as an event, and as a part of several', async () => {
    const data = `{"data":{"small":[1,null],"large":${LARGE}}}`;
    const event = await ask('{ small large }', 'text/event-stream');
    expect(event.body).toContain(`event: next\ndata: ${data}\n\n`);
    const part = await ask('{ small large }', 'multipart/mixed');
    expect(part.body).toContain(`\r\n\r\n${data}\r\n---`);
  });
});

describe('a large answer', () => {
  it('lets others have a turn between two of its pieces', async () => {
    let turn = 0;
    const next = () => {
      turn++;
      ticking = setImmediate(next);
    };
    let ticking = setImmediate(next);
    const turns: number[] = [];
    labels.taken = () => turns.push(turn);
    const response = await open('{ labels }');
    for await (const _ of response) if (turns.length > 50) break;
    clearImmediate(ticking);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('is made no faster than its client takes it', async () => {
    let slices = 0;
    labels.taken = () => slices++;
    const response = await open('{ labels }');
    response.pause();
    // By then the connection is full.
    await letPass(150);
    const early = slices;
    await letPass(50);
    expect(slices).toBe(early);
    expect(early).toBeLessThan(400);
    expect(JSON.parse(await text(response)).data.labels).toHaveLength(labels.length);
    expect(slices).toBeGreaterThan(750);
  });

  it('is not made on when its client has gone', async () => {
    let slices = 0;
    labels.taken = () => slices++;
    const response = await open('{ labels }');
    await once(response, 'data');
    response.destroy();
    const [answer] = responses;
    if (answer && !answer.closed) await once(answer, 'close');
    const made = slices;
    await letPass(50);
    expect(slices).toBeLessThanOrEqual(made + 1);
    expect(slices).toBeLessThan(700);
  });
});
