import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CursorExpired } from '../../../src/errors.ts';
import { tellError } from '../../../src/http/graphql/errors.ts';
import type { ReportFault } from '../../../src/monitoring/faults.ts';
import { useGateway } from '../../conformance/fixture.ts';

const fixture = useGateway();

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Errors = readonly GraphQLFormattedError[];

const RUN = 'query Run($id: ID!) { run(runId: $id) { runId } }';

/** Operations that fail, by the code that says why. */
const FAILURES: readonly [code: string, operation: Operation][] = [
  ['GRAPHQL_PARSE_FAILED', { query: '{ runs' }],
  ['GRAPHQL_VALIDATION_FAILED', { query: '{ nope }' }],
  ['GRAPHQL_VALIDATION_FAILED', { query: 'mutation { nope }' }],
  ['OPERATION_RESOLUTION_FAILURE', { query: 'query A { __typename } query B { __typename }' }],
  ['BAD_USER_INPUT', { query: RUN }],
  ['BAD_USER_INPUT', { query: RUN, variables: { id: {} } }],
  ['BAD_USER_INPUT', { query: '{ node(id: "nope") { id } }' }],
  ['BAD_USER_INPUT', { query: 'subscription { logs(runId: "r", tail: -1) { __typename } }' }],
  ['RUN_NOT_FOUND', { query: 'subscription { logs(runId: "nope") { __typename } }' }],
  ['DATA_UNREADABLE', { query: '{ run(runId: "r") { metricsStep { x } } }' }],
  ['DATA_UNREADABLE', { query: '{ run(runId: "r") { logs { lineCount } } }' }],
];

/** One that fails when it has begun, which plain HTTP cannot tell. */
const LATE_FAILURE = ['DATA_UNREADABLE', { query: 'subscription { logs(runId: "r") { __typename } }' }] as const;

beforeAll(async () => {
  const directory = await fixture.storage.addRun('r', { files: { 'meta.json': '{}' } });
  for (const file of ['events.jsonl', 'logs.txt']) await mkdir(join(directory, file));
});

async function post(
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: string }> {
  return fixture.gateway.request('/graphql', { method: 'POST', headers, body });
}

const TRANSPORTS: Readonly<Record<string, (operation: Operation) => Promise<Errors>>> = {
  async HTTP(operation) {
    const { body } = await post(JSON.stringify(operation), { 'content-type': 'application/json' });
    return JSON.parse(body).errors;
  },
  async 'server-sent events'(operation) {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
    const { body } = await post(JSON.stringify(operation), headers);
    return JSON.parse(/^data: (.+)$/m.exec(body)?.[1] ?? '').errors;
  },
  async WebSocket(operation) {
    const socket = new WebSocket(`${fixture.gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation }));
    const [data]: unknown[] = await once(socket, 'message');
    socket.terminate();
    const { payload } = JSON.parse(String(data));
    return payload.errors ?? payload;
  },
};

describe.each(Object.entries(TRANSPORTS))('over %s', (transport, errorsOf) => {
  it.each(transport === 'HTTP' ? FAILURES : [...FAILURES, LATE_FAILURE])('%s: %o', async (code, operation) => {
    const errors = await errorsOf(operation);
    expect(errors).toHaveLength(1);
    const [{ message, extensions } = { message: '' }] = errors;
    expect(extensions).toEqual({ code, requestId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(message).not.toContain(fixture.storage.root);
  });

  it('an error that is kept for the next who asks the same tells each the own id', async () => {
    for (const query of ['{ nope }', '{ nope', RUN]) {
      const [first, second] = [await errorsOf({ query }), await errorsOf({ query })];
      expect(first[0]?.extensions?.requestId).not.toBe(second[0]?.extensions?.requestId);
      expect({ ...first[0], extensions: null }).toEqual({ ...second[0], extensions: null });
    }
  });
});

describe('a request that is no operation', () => {
  const json = { 'content-type': 'application/json' };

  it.each<[code: string, status: number, path: string, options: Parameters<typeof fixture.gateway.request>[1]]>([
    ['METHOD_NOT_ALLOWED', 405, '/graphql', { method: 'PUT' }],
    ['UNSUPPORTED_MEDIA_TYPE', 415, '/graphql', { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'x' }],
    ['NOT_ACCEPTABLE', 406, '/graphql?query={__typename}', { headers: { accept: 'image/png' } }],
    ['BAD_REQUEST', 400, '/graphql', { method: 'POST', headers: json, body: '[{"query":"{__typename}"}]' }],
    ['BAD_REQUEST', 400, '/graphql', { method: 'POST', headers: json, body: '{"query":1}' }],
    ['BAD_REQUEST', 400, '/graphql?query={__typename}&variables={x', {}],
    ['BAD_REQUEST', 400, '/graphql', { method: 'POST', headers: json, body: '{' }],
    ['BAD_REQUEST', 400, '/graphql', {}],
  ])('is refused with %s, %i: %s %o', async (code, status, path, options) => {
    const before = fixture.gateway.warnings.length;
    const answer = await fixture.gateway.request(path, options);
    const extensions = { code, requestId: answer.headers['x-request-id'] };
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ errors: [{ message: expect.stringMatching(/./), extensions }] });
    expect(fixture.gateway.warnings.slice(before)).toEqual([]);
  });

  it('is told how a subscription is answered, where it is asked for as a query is', async () => {
    const headers = { ...json, accept: 'application/json' };
    const body = '{"query":"subscription { runs { __typename } }"}';
    const answer = await fixture.gateway.request('/graphql', { method: 'POST', headers, body });
    expect(answer.json()).toMatchObject({ errors: [{ message: expect.stringContaining('text/event-stream') }] });
  });
});

describe('tellError', () => {
  const reports: Parameters<ReportFault>[] = [];
  const tell = (error: GraphQLError) => tellError(error, 'id-1', (...fault) => reports.push(fault)).toJSON();
  const thrown = new TypeError('no such secret in /home/someone');

  it('keeps to itself what an error of the code says, and reports it', () => {
    const error = new GraphQLError(thrown.message, { path: ['run', 'x'], originalError: thrown });
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'id-1' };
    expect(tell(error)).toEqual({ message: 'Internal server error', path: ['run', 'x'], extensions });
    expect(reports.splice(0)).toEqual([['id-1', 'GraphQL run.x', thrown]]);
  });

  it.each([
    [
      'has no code and comes from a field',
      new GraphQLError('secret', { path: ['x'], originalError: new GraphQLError('secret') }),
    ],
    [
      'says itself that it was not expected',
      new GraphQLError('secret', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    ],
    [
      'has been put into another one',
      new GraphQLError('secret', { originalError: new GraphQLError('', { originalError: thrown }) }),
    ],
  ])('keeps to itself one that %s', (_why, error) => {
    expect(tell(error)).toMatchObject({
      message: 'Internal server error',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(reports.splice(0)).toHaveLength(1);
  });

  it('tells all that one of ours says, with what it adds, and reports nothing', () => {
    const cause = new CursorExpired('after: gone');
    const error = new GraphQLError(cause.message, {
      originalError: cause,
      extensions: { limit: 7, http: { status: 410 } },
    });
    expect(tell(error)).toEqual({
      message: 'after: gone',
      extensions: { limit: 7, code: 'CURSOR_EXPIRED', requestId: 'id-1' },
    });
    expect(reports).toEqual([]);
  });
});
