import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costOf, schema } from '../../schema/index.ts';

const cost = (query: string, variableValues: Readonly<Record<string, unknown>> = {}, operationName?: string) =>
  costOf({ schema, document: parse(query), variableValues, ...(operationName !== undefined && { operationName }) });

/** The cost of what is asked of one run, besides the run. */
const ofRun = (selection: string, more = '') => Number(cost(`{ run(runId: "a") { ${selection} } } ${more}`)) - 1;

describe('the cost of an operation', () => {
  it.each([
    ['columns × points', 'metricsStep(columns: ["a", "b", "c"], downsample: { points: 200 }) { axis }', 600 + 1],
    ['20 columns where none are named', 'metrics(downsample: { points: 200 }) { axis }', 4000 + 1],
    ['100 000 rows where they are not sampled', 'metrics(columns: ["a"]) { axis }', 100_000 + 1],
    [
      'as much for a derived series',
      'metrics(columns: ["a"], derived: [{ rate: { column: "a" } }], downsample: { points: 100 }) { axis }',
      200 + 1,
    ],
    ['nothing for no columns', 'metrics(columns: []) { axis }', 0 + 1],
    ['the lines of a page', 'logs(last: 7) { edges { node { text } } }', 1 + 7 * 3],
    ['the columns of a page', 'columns(first: 7) { nodes { name last } }', 1 + 7 * 3],
    ['100 lines by default', 'logs { lineCount }', 1 + 100],
    ['what a search may read', 'logs(first: 1, contains: "x") { lineCount }', 1_048_576 + 1],
    ['1 for another field', 'path tags bestMetric { name }', 4],
    ['nothing for introspection', '__typename', 0],
    ['as much for an alias', 'x: path y: path', 2],
    ['nothing for what @skip leaves out', 'path @skip(if: true) tags @include(if: false) alias', 1],
  ])('is %s', (_what, selection, expected) => {
    expect(ofRun(selection)).toBe(expected);
  });

  it('counts a page as often as it may have runs, in each way to read it', () => {
    expect(cost('{ runs(first: 7) { nodes { path } } }')).toBe(1 + 7 * 2);
    expect(cost('{ runs(last: 7) { edges { node { path } } } }')).toBe(1 + 7 * 3);
    expect(cost('{ runs { nodes { metrics(columns: ["a"], downsample: { points: 100 }) { axis } } } }')).toBe(
      1 + 50 * (1 + 100 + 1),
    );
  });

  it('counts a comparison as often as it has runs', () => {
    const of = (runIds: readonly string[]) =>
      cost('query ($runIds: [ID!]!) { compareRuns(runIds: $runIds, columns: ["a", "b"]) { runId } }', { runIds });
    expect(of(['a', 'b', 'c'])).toBe(3 * (200_000 + 1));
    expect(of(Array.from({ length: 1000 }, () => 'a'))).toBe(100 * (200_000 + 1));
  });

  it('counts a fragment wherever it is spread, whatever type it is on', () => {
    const fragments = 'fragment A on Run { path ...B } fragment B on Run { tags alias }';
    expect(ofRun('...A', fragments)).toBe(3);
    expect(ofRun('...A ... { ...B } ... on Node { id }', fragments)).toBe(6);
  });

  it('is of a subscription what its frames may hold', () => {
    expect(cost('subscription { metrics(runId: "a", columns: ["x"]) { __typename } }')).toBe(100_000);
  });

  it('is that of the operation asked for, with its variables', () => {
    const query = 'query A($n: Int) { runs(first: $n) { totalCount } } query B { __typename }';
    expect(cost(query, { n: 9 }, 'A')).toBe(10);
    expect(cost(query, { n: 9 }, 'B')).toBe(0);
  });

  it('is not brought down by values that break their rule, nor by fields that will fail', () => {
    const dear = 'runs(first: 500) { nodes { metrics(columns: ["a"]) { axis } } }';
    const cheap = Number(cost(`{ ${dear} }`));
    expect(cost(`{ ${dear} x: runs(first: -1000000000) { totalCount } }`)).toBe(cheap + 1);
    expect(cost(`{ ${dear} run(runId: "a") { metrics(downsample: { points: -1000000000 }) { axis } } }`)).toBe(
      cheap + 2,
    );
    // The variable is null where null is not allowed, which only the field of it finds out.
    const query = `query ($p: Int = 100) { ${dear} run(runId: "a") { metrics(downsample: { points: $p }) { axis } } }`;
    expect(cost(query, { p: null })).toBe(cheap + 1);
  });

  it('is not known where execution will refuse the operation as a whole', () => {
    expect(cost('query ($n: Int!) { runs(first: $n) { totalCount } }')).toBeNull();
    expect(cost('mutation { __typename }')).toBeNull();
    expect(cost('query A { __typename } query B { __typename }')).toBeNull();
  });
});
