import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { useGateway } from '../conformance/fixture.ts';

const fixture = useGateway();
const OURS = /^[0-9a-f]{16}$/;

async function idOf(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<unknown> {
  const answer = await fixture.gateway.request(path, { method, headers });
  return answer.headers['x-request-id'];
}

/** A run whose files are there but cannot be read. */
async function unreadableRun(): Promise<{ id: string; directory: string }> {
  const run = await fixture.serve({ files: { 'meta.json': '{}' } });
  await mkdir(run.events);
  await mkdir(join(run.directory, 'logs.txt'));
  return run;
}

describe('the id of a request', () => {
  it('is told by every answer, each its own, whatever the answer is', async () => {
    const { id } = await fixture.serve();
    const preflight = { origin: 'http://localhost:5173', 'access-control-request-method': 'GET' };
    const ids = [
      await idOf('/api/runs'),
      await idOf(`/api/runs/${id}/metrics`),
      await idOf(`/api/runs/${id}/metrics`, { 'if-none-match': '*' }),
      await idOf('/api/runs/nope'),
      await idOf('/nope'),
      await idOf('/api/runs', {}, 'PUT'),
      await idOf('/api/runs', preflight, 'OPTIONS'),
      await idOf('/graphql?query={__typename}'),
      await idOf('/graphql', { accept: 'text/html' }),
      await idOf('/graphql', {}, 'PUT'),
    ];
    for (const one of ids) expect(one).toMatch(OURS);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is told by the answer that opens a WebSocket, and by the one that refuses to', async () => {
    const { id } = await fixture.serve();
    const url = fixture.gateway.url.replace('http', 'ws');
    for (const path of [`/api/runs/${id}/logs/ws`, '/graphql']) {
      const socket = new WebSocket(url + path, path === '/graphql' ? 'graphql-transport-ws' : []);
      const [answer]: IncomingMessage[] = await once(socket, 'upgrade');
      expect(answer?.headers['x-request-id']).toMatch(OURS);
      socket.terminate();
    }
    const foreign = new WebSocket(`${url}/graphql`, { origin: 'http://evil.example' });
    const [, refusal]: IncomingMessage[] = await once(foreign, 'unexpected-response');
    expect(refusal?.statusCode).toBe(403);
    expect(refusal?.headers).toMatchObject({
      'x-request-id': OURS.exec(String(refusal?.headers['x-request-id']))?.[0],
    });
    expect(refusal?.headers).toMatchObject({ 'x-error-code': 'ORIGIN_NOT_ALLOWED' });
  });

  it.each(['req-1', '0af7651916cd43dd8448eb211c80319c', 'a'.repeat(128), 'YWJj+/=', 'a.b_c~d:e@f'])(
    'is the one that the client gave: %s',
    async (id) => {
      expect(await idOf('/api/runs', { 'x-request-id': id })).toBe(id);
    },
  );

  it.each(['', ' ', 'two words', 'a'.repeat(129), 'a"b', 'a;b', 'a,b', '<script>', 'ü'])(
    'is not the one that the client gave where that is no word of up to 128 plain characters: %s',
    async (id) => {
      expect(await idOf('/api/runs', { 'x-request-id': id })).toMatch(OURS);
    },
  );

  it('may be read by pages of allowed origins, as the code may', async () => {
    const { headers } = await fixture.gateway.request('/api/runs/nope', { headers: { origin: 'http://localhost:1' } });
    const exposed = headers['access-control-expose-headers']?.split(',');
    expect(exposed).toEqual(expect.arrayContaining(['X-Request-Id', 'X-Error-Code', 'X-Row-Count']));
  });
});

const faultsSince = (before: number) =>
  fixture.gateway.log.records.slice(before).filter(({ level }) => level === 'error');

describe('what the operator is told of an error', () => {
  const query = (id: string) => `{ run(runId: "${id}") { metricsStep { x } } }`;

  it('names the request over REST and GraphQL, and the file', async () => {
    const { id, directory } = await unreadableRun();
    const file = join(directory, 'events.jsonl');
    const before = fixture.gateway.log.records.length;
    await idOf(`/api/runs/${id}/metrics`, { 'x-request-id': 'rest-1' });
    const answer = await fixture.gateway.request(`/graphql?query=${encodeURIComponent(query(id))}`, {
      headers: { 'x-request-id': 'graphql-1' },
    });
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { requestId: 'graphql-1' } }] });
    const msg = 'events.jsonl cannot be read: not a regular file';
    expect(faultsSince(before)).toMatchObject([
      { requestId: 'rest-1', msg: `GET /api/runs/${id}/metrics: ${msg}`, file },
      { requestId: 'graphql-1', msg: `GraphQL run.metricsStep: ${msg}`, file },
    ]);
  });

  it('names the request also where the answer has the failure as data', async () => {
    const { id, directory } = await unreadableRun();
    const before = fixture.gateway.log.records.length;
    const comparison = `{ compareRuns(runIds: ["nope", "${id}"], columns: []) { result { __typename } } }`;
    const answer = await fixture.gateway.request(`/graphql?query=${encodeURIComponent(comparison)}`, {
      headers: { 'x-request-id': 'comparison-1' },
    });
    expect(answer.json()).toEqual({
      data: { compareRuns: [{ result: { __typename: 'RunNotFound' } }, { result: { __typename: 'DataUnreadable' } }] },
    });
    const file = join(directory, 'events.jsonl');
    const msg = 'GraphQL compareRuns: events.jsonl cannot be read: not a regular file';
    expect(faultsSince(before)).toMatchObject([{ requestId: 'comparison-1', msg, file }]);
  });

  it('names the operation on a WebSocket, each by an id of its own', async () => {
    const { id } = await unreadableRun();
    const before = fixture.gateway.log.records.length;
    const socket = new WebSocket(`${fixture.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const ids: string[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const { type, payload } = JSON.parse(data.toString());
        if (type === 'connection_ack') {
          const comparison = `compareRuns(runIds: ["${id}"], columns: []) { runId }`;
          const both = query(id).replace('{', `{ ${comparison}`);
          const subscribe = (operation: string) =>
            socket.send(JSON.stringify({ id: operation, type: 'subscribe', payload: { query: both } }));
          subscribe('a');
          subscribe('b');
        }
        if (type === 'next' && ids.push(payload.errors[0].extensions.requestId) === 2) resolve();
      });
    });
    socket.send('{"type":"connection_init"}');
    await done;
    socket.terminate();
    for (const one of ids) expect(one).toMatch(OURS);
    expect(new Set(ids).size).toBe(2);
    const told = faultsSince(before).map(({ requestId }) => String(requestId));
    // The field that failed, and the comparison that went on without the run.
    expect(told.toSorted()).toEqual([...ids, ...ids].toSorted());
  });

  it('names the request that opened a log socket, whose frames stay as they are', async () => {
    const { id, directory } = await unreadableRun();
    const before = fixture.gateway.log.records.length;
    const url = `${fixture.gateway.url.replace('http', 'ws')}/api/runs/${id}/logs/ws`;
    const socket = new WebSocket(url, { headers: { 'x-request-id': 'socket-1' } });
    const [frame] = await once(socket, 'message');
    expect(String(frame)).toBe('[error] the log cannot be read');
    await once(socket, 'close');
    const file = join(directory, 'logs.txt');
    expect(faultsSince(before)).toMatchObject([
      { requestId: 'socket-1', msg: `log of ${id}: logs.txt cannot be read: not a regular file`, file },
    ]);
  });
});
