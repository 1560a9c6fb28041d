import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HttpServer } from '../../src/http/server.ts';
import { startCarelessServer } from '../support/careless-graphql.ts';
import { type Answer, send, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).default([]),
});

type Result = z.infer<typeof graphqlResult>;

/** A GraphQL server, good or bad. */
interface Server {
  readonly ask: (query: string) => Promise<Result>;
  readonly post: (body: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;
  /** @param search with its question mark */
  readonly get: (search: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

function serverAt(url: string): Server {
  const post: Server['post'] = (body, headers) => send(url, '/graphql', { method: 'POST', headers, body });
  return {
    post,
    ask: async (query) => resultOf(await post(JSON.stringify({ query }), JSON_TYPE)),
    get: (search, headers = {}) => send(url, `/graphql${search}`, { headers }),
  };
}

const manyTypes = z.object({ data: z.object({ __schema: z.object({ types: z.array(z.unknown()).min(26) }) }) });

function has({ data }: Result, field: string): boolean {
  return data?.[field] !== undefined;
}

function resultOf(answer: Answer): Result {
  return graphqlResult.parse(answer.json());
}

/**
 * What graphql-cop (https://github.com/dolevf/graphql-cop) looks for, said anew: each finds out whether a server has a
 * weakness. It has one more, that queries may be sent by GET. They may: they change nothing, EventSource sends no others,
 * and what it fears, that pages of foreign origins send them, is refused (graphql-requests.test.ts).
 */
const CHECKS: readonly (readonly [id: string, weakness: string, find: (server: Server) => Promise<boolean>])[] = [
  [
    'COP-001',
    'a field may have 101 aliases',
    async (server) => {
      const aliases = Array.from({ length: 101 }, (_, i) => `alias${i}: __typename`);
      return has(await server.ask(`query { ${aliases.join(' ')} }`), 'alias100');
    },
  ],
  [
    'COP-002',
    'queries may be sent in batches',
    async (server) => {
      const batch = Array.from({ length: 11 }, () => ({ query: 'query { __typename }' }));
      const results = z.array(z.object({ data: z.object({}) }));
      return results.safeParse((await server.post(JSON.stringify(batch), JSON_TYPE)).json()).success;
    },
  ],
  [
    'COP-003',
    'directives may be heaped up, each of which is judged',
    async (server) => {
      const { errors } = await server.ask(`query { __typename ${'@aa'.repeat(10)} }`);
      return errors.length === 10;
    },
  ],
  [
    'COP-004',
    'introspection may go in circles',
    async (server) => {
      const circle = `${'fields { type { '.repeat(4)} name ${'} }'.repeat(4)}`;
      return manyTypes.safeParse(await server.ask(`query { __schema { types { ${circle} } } }`)).success;
    },
  ],
  [
    'COP-005',
    'a field may be asked for 500 times',
    async (server) => {
      return has(await server.ask(`query { ${'__typename \n'.repeat(500)} }`), '__typename');
    },
  ],
  [
    'COP-006',
    'errors suggest names of the schema',
    async (server) => {
      const queries = ['query { __schema { directive } }', 'query { metricsCach { size } }'];
      const results = await Promise.all(queries.map((query) => server.ask(query)));
      return JSON.stringify(results).includes('Did you mean');
    },
  ],
  [
    'COP-007',
    'a mutation may be sent by GET',
    async (server) => {
      const answer = await server.get(`?query=${encodeURIComponent('mutation { __typename }')}`);
      return has(resultOf(answer), '__typename');
    },
  ],
  [
    'COP-008',
    'a query may be sent as a form',
    async (server) => {
      const form = await server.post('query=query+%7B__typename%7D', {
        'content-type': 'application/x-www-form-urlencoded',
      });
      return has(resultOf(form), '__typename');
    },
  ],
  [
    'COP-009',
    'there is a page to explore the schema',
    async (server) => {
      const page = await server.get('', { accept: 'text/html' });
      return /graphiql|graphql[ -]playground/i.test(page.body);
    },
  ],
  [
    'COP-010',
    'the schema may be read',
    async (server) => {
      return has(await server.ask('query { __schema { types { name fields { name } } } }'), '__schema');
    },
  ],
  [
    'COP-011',
    'answers tell how they were found',
    async (server) => {
      const { body } = await server.post(JSON.stringify({ query: 'query { __typename }' }), JSON_TYPE);
      return /"tracing"|"exception"|stacktrace/i.test(body);
    },
  ],
  [
    'COP-012',
    'errors tell where in the program they happened',
    async (server) => {
      const { body } = await server.post(JSON.stringify({ query: 'qwerty cop { abc }' }), JSON_TYPE);
      return /"exception"|stacktrace|node_modules/i.test(body);
    },
  ],
];

describe('a hardened gateway', () => {
  let storage: TestStorage;
  let gateway: TestGateway;
  beforeAll(async () => {
    storage = await makeStorage();
    gateway = await startTestGateway(storage, { hardened: true });
  });
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });

  it.each(CHECKS)('%s has it not that %s', async (_id, _weakness, find) => {
    expect(await find(serverAt(gateway.url))).toBe(false);
  });
});

describe('the checks are worth something: of a careless server, it is found', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startCarelessServer();
  });
  afterAll(() => server.close());

  it.each(CHECKS)('%s that %s', async (_id, _weakness, find) => {
    expect(await find(serverAt(server.url))).toBe(true);
  });
});
