import { readFile } from 'node:fs/promises';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/http/graphql/limits.ts';
import { LOOPBACK_LIMITS } from '../../../src/http/limits/limits.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { CLIENTS, type GraphqlResult, SUBSCRIBERS } from '../../support/one-answer-clients.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../../support/storage.ts';

let storage: TestStorage;
let gateway: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('run-1', { events: [metricsEvent(1, { loss: 0.5 })], files: { 'logs.txt': 'a\n' } });
  gateway = await startTestGateway(storage);
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const within = (count: number, open: string, close: string, core: string) =>
  `${open.repeat(count)}${core}${close.repeat(count)}`;

/** The extensions of the errors by which a result says that a limit is exceeded. */
const refusals = ({ errors = [] }: GraphqlResult) =>
  errors.map(({ extensions = {} }) => extensions).filter(({ code }) => code === 'LIMIT_EXCEEDED');

/** A limit, what it counts, its value, a query that asks for n of it (n pages of runs for the cost), and what is too many. */
const CASES: readonly (readonly [string, string, number, (n: number) => string, n: number, asked: number])[] = [
  [
    'nesting',
    'brackets within each other',
    100,
    (n) => `query ($x: JSON = ${within(n - 1, '[', ']', '')}) { a }`,
    101,
    101,
  ],
  [
    'depth',
    'fields within each other',
    20,
    (n) => `{ __type(name: "Run") ${within(n - 2, '{ ofType', '}', '{ name }')} }`,
    21,
    21,
  ],
  ['aliases', 'aliases', 100, (n) => `{ ${times(n, (i) => `a${i}: __typename`)} }`, 101, 101],
  ['repetitions', 'repetitions of a field', 100, (n) => `{ ${times(n, () => '__typename')} }`, 101, 101],
  ['directives', 'directives at one place', 5, (n) => `{ __typename ${times(n, () => '@skip(if: false)')} }`, 6, 6],
  [
    'introspection',
    'lists of introspection within each other',
    2,
    (n) => `{ __type(name: "Run") ${within(n, '{ fields { type', '} }', '{ name }')} }`,
    3,
    3,
  ],
  [
    'cost',
    'numbers (points × columns × runs)',
    250_000_000,
    (n) =>
      `{ runs(first: ${n}) { nodes { metricsStep(columns: [${times(10, () => '""')}], downsample: { points: 50000 }) { rowCount } } } }`,
    500,
    1 + 500 * (1 + 10 * 50_000 + 1),
  ],
];

// No URL is that long.
describe.each(CLIENTS.filter(([name]) => name !== 'GET'))('over %s', (_name, ask) => {
  it('the limit tokens is on tokens', async () => {
    const query = (tokens: number) => `query ($x: [Int] = [${'1 '.repeat(tokens - 15)}]) { a }`;
    expect(refusals(await ask(gateway.url, { query: query(10_000) }))).toEqual([]);
    expect(refusals(await ask(gateway.url, { query: query(10_001) }))).toMatchObject([
      { limit: 'tokens', maximum: 10_000, asked: 10_001 },
    ]);
  });
});

describe.each(CLIENTS)('over %s', (_name, ask) => {
  it.each(CASES)('the limit %s is on %s', async (limit, counted, maximum, query, n, asked) => {
    expect(refusals(await ask(gateway.url, { query: query(n - 1) }))).toEqual([]);
    expect(await ask(gateway.url, { query: query(n) })).toMatchObject({
      errors: [
        {
          message: `${limit}: the query asks for ${asked} ${counted}, and may ask for ${maximum} at most`,
          extensions: { code: 'LIMIT_EXCEEDED', limit, maximum, asked },
        },
      ],
    });
  });

  it('all limits that a document exceeds are named at once', async () => {
    const query = `{ ${times(101, (i) => `a${i}: __typename @a @b @c @d @e @f`)} }`;
    expect(refusals(await ask(gateway.url, { query }))).toMatchObject([{ limit: 'aliases' }, { limit: 'directives' }]);
  });

  it('the cost is what the variables make it', async () => {
    const query =
      'query ($n: Int!, $d: Downsample) { runs(first: $n) { nodes { metricsStep(downsample: $d) { rowCount } } } }';
    const variables = { n: 500, d: { points: 50_000 } };
    expect(refusals(await ask(gateway.url, { query, variables }))).toMatchObject([{ limit: 'cost' }]);
    expect(refusals(await ask(gateway.url, { query, variables: { ...variables, n: 1 } }))).toEqual([]);
  });

  it('only the operation that is asked for costs anything', async () => {
    const query = 'query A { runs(first: 500) { nodes { metrics { rowCount } } } } query B { __typename }';
    expect(refusals(await ask(gateway.url, { query, operationName: 'A' }))).toMatchObject([{ limit: 'cost' }]);
    expect(await ask(gateway.url, { query, operationName: 'B' })).toEqual({ data: { __typename: 'Query' } });
  });

  it('a request may ask what it costs', async () => {
    const query = '{ runs(first: 3) { totalCount } }';
    const told = await ask(gateway.url, { query, extensions: { cost: true } });
    expect(told).toMatchObject({ data: { runs: { totalCount: 1 } } });
    expect(told.extensions).toEqual({ cost: { cost: 4, maximum: 250_000_000 } });
    expect((await ask(gateway.url, { query })).extensions).toBeUndefined();
  });

  it('there is no mutation', async () => {
    const { data, errors } = await ask(gateway.url, { query: 'mutation { __typename }' });
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
  });

  it('the whole introspection of tools is answered', async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, specifiedByUrl: true });
    expect(await ask(gateway.url, { query })).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
  });
});

describe.each(SUBSCRIBERS)('a subscription over %s', (_name, ask) => {
  const query = 'subscription { logs(runId: "run-1") { __typename ... on LogBatch { lines } } }';

  it('is told its cost with every event, if it asks', async () => {
    const logs = { __typename: 'LogBatch', lines: ['a'] };
    const extensions = { cost: { cost: 2, maximum: 250_000_000 } };
    expect(await ask(gateway.url, { query, extensions: { cost: true } })).toEqual({ data: { logs }, extensions });
    expect(await ask(gateway.url, { query })).toEqual({ data: { logs } });
  });

  it('has the limits of queries', async () => {
    const overloaded = `subscription { ${times(101, (i) => `a${i}: __typename`)} }`;
    expect(refusals(await ask(gateway.url, { query: overloaded }))).toMatchObject([{ limit: 'aliases' }]);
  });
});

it('a dashboard of a hundred panels is within all limits', async () => {
  const panel = (i: number) => `panel${i}: run(runId: "run-1") {
    runId
    metricsStep(columns: ["loss", "accuracy", "lr"], range: { from: 0, to: 1000000 }, downsample: { points: 2000, mode: SHARED }) {
      x series { name values missingCount nonFinite { x value } } labels { name values } missingColumns rowCount totalCount
    }
  }`;
  const [[, ask]] = CLIENTS;
  const { data, errors } = await ask(gateway.url, { query: `query Dashboard { ${times(100, panel)} }` });
  expect(errors).toBeUndefined();
  expect(Object.keys(data ?? {})).toHaveLength(100);
});

it('the documentation has each limit and its value', async () => {
  const documentation = await readFile(new URL('../../../docs/graphql.md', import.meta.url), 'utf8');
  const rows = Array.from(documentation.matchAll(/^\| `(\w+)` +\| ([\d ]*\d) +\|/gm), ([, limit, maximum]) => [
    limit,
    Number(maximum?.replaceAll(' ', '')),
  ]);
  const limits = Object.entries(LIMITS).map(([limit, { maximum }]) => [limit, maximum]);
  expect(rows).toEqual([...limits, ['seconds', LOOPBACK_LIMITS.requestSeconds]]);
});

it('frames that hold more than their cost said are refused once they hold too much', async () => {
  const [[, ask]] = CLIENTS;
  // Each row has a column of its own, beside `time`: a frame has 1700 rows of an x and 1701 values.
  const events = Array.from({ length: 1700 }, (_, step) => metricsEvent(step, { [`c${step}`]: step }));
  await storage.addRun('wide', { events });
  const askFrames = (count: number) =>
    ask(gateway.url, { query: `{ run(runId: "wide") { ${times(count, (i) => `a${i}: metricsStep { rowCount }`)} } }` });
  expect((await askFrames(86)).errors).toBeUndefined();
  const more = await askFrames(87);
  expect(refusals(more)).toMatchObject([{ limit: 'cost', maximum: 250_000_000, asked: 87 * 1700 * 1702 }]);
  expect(Object.values(Object(more.data?.run)).filter((frame) => frame === null)).toHaveLength(1);
});
