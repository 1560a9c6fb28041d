import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunsQueryVariables } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';
import { ask, execute } from './execute.ts';

const RUNS = graphql(`
  query Runs($first: Int, $after: String, $last: Int, $before: String) {
    runs(first: $first, after: $after, last: $last, before: $before) {
      totalCount
      edges {
        cursor
        node {
          runId
        }
      }
      nodes {
        runId
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

interface Page {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

async function pageOf(url: string, variables: RunsQueryVariables): Promise<Page> {
  const { runs } = await ask(url, RUNS, variables);
  const { edges, nodes, ...rest } = runs;
  expect(nodes).toEqual(edges.map(({ node }) => node));
  return { ids: edges.map(({ node }) => node.runId), cursors: edges.map(({ cursor }) => cursor), ...rest };
}

/** A page of the runs as they are now: a gateway's list may be a second old, that of a new one is not. */
async function pageNow(storage: TestStorage, variables: RunsQueryVariables): Promise<Page> {
  await using gateway = await startTestGateway(storage);
  return await pageOf(gateway.url, variables);
}

/** @param ages by id, in seconds before the newest */
async function storageOf(ages: Readonly<Record<string, number>>): Promise<TestStorage> {
  const storage = await makeStorage();
  for (const [id, age] of Object.entries(ages)) await storage.addRun(id, { meta: { created_at: START - age } });
  return storage;
}

describe('run', () => {
  const RUN_ID = graphql(`
    query RunId($runId: ID!) {
      run(runId: $runId) {
        runId
      }
    }
  `);

  it('is the run of that id, and null where there is none', async () => {
    await using storage = await storageOf({ 'run-1': 0 });
    await using gateway = await startTestGateway(storage);
    expect(await ask(gateway.url, RUN_ID, { runId: 'run-1' })).toEqual({ run: { runId: 'run-1' } });
    for (const runId of ['run-2', '', '../run-1', 'runs/run-1', '__proto__']) {
      expect(await ask(gateway.url, RUN_ID, { runId })).toEqual({ run: null });
    }
  });

  it('is found the moment it is there', async () => {
    await using storage = await storageOf({});
    await using gateway = await startTestGateway(storage);
    expect(await ask(gateway.url, RUN_ID, { runId: 'new' })).toEqual({ run: null });
    await storage.addRun('new');
    expect(await ask(gateway.url, RUN_ID, { runId: 'new' })).toEqual({ run: { runId: 'new' } });
  });
});

describe('runs', () => {
  it('are all runs, newest first, those of one moment by id, the highest first', async () => {
    await using storage = await storageOf({ b: 1, a: 1, newest: 0, oldest: 9, c: 1 });
    expect(await pageNow(storage, {})).toMatchObject({
      ids: ['newest', 'c', 'b', 'a', 'oldest'],
      totalCount: 5,
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
    });
  });

  it('are none in an empty storage, without cursors', async () => {
    await using storage = await storageOf({});
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    for (const variables of [{}, { first: 3 }, { last: 3 }]) {
      expect(await pageNow(storage, variables)).toEqual({ ids: [], cursors: [], totalCount: 0, pageInfo });
    }
  });

  it('come in pages of 50 unless asked otherwise, of 500 at most', async () => {
    const ids = Array.from({ length: 510 }, (_, age) => `run-${age}`);
    await using storage = await storageOf(Object.fromEntries(ids.map((id, age) => [id, age])));
    await using gateway = await startTestGateway(storage);
    const hasNext = { totalCount: 510, pageInfo: { hasNextPage: true } };
    expect(await pageOf(gateway.url, {})).toMatchObject({ ids: ids.slice(0, 50), ...hasNext });
    expect(await pageOf(gateway.url, { first: 500 })).toMatchObject({ ids: ids.slice(0, 500), ...hasNext });
    expect(await pageOf(gateway.url, { last: 500 })).toMatchObject({ ids: ids.slice(10) });
    expect(await pageOf(gateway.url, { first: 0 })).toMatchObject({ ids: [], ...hasNext });
  });

  it('follow a page forward and precede it backward', async () => {
    await using storage = await storageOf({ a: 0, b: 1, c: 2, d: 3, e: 4 });
    await using gateway = await startTestGateway(storage);
    const first = await pageOf(gateway.url, { first: 2 });
    expect(first).toMatchObject({ ids: ['a', 'b'], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect([first.pageInfo.startCursor, first.pageInfo.endCursor]).toEqual(first.cursors);
    const next = await pageOf(gateway.url, { first: 2, after: first.pageInfo.endCursor });
    expect(next).toMatchObject({ ids: ['c', 'd'], pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    const last = await pageOf(gateway.url, { first: 2, after: next.pageInfo.endCursor });
    expect(last).toMatchObject({ ids: ['e'], pageInfo: { hasNextPage: false } });
    const previous = await pageOf(gateway.url, { last: 3, before: last.pageInfo.startCursor });
    expect(previous).toMatchObject({ ids: ['b', 'c', 'd'], pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    const between = { after: first.cursors[0], before: last.cursors[0] };
    expect(await pageOf(gateway.url, { first: 2, ...between })).toMatchObject({ ids: ['b', 'c'] });
    expect(await pageOf(gateway.url, { last: 2, ...between })).toMatchObject({ ids: ['c', 'd'] });
  });

  it('go on at a cursor after a restart, though runs have come and that of the cursor has gone', async () => {
    await using storage = await storageOf({ a: 0, b: 2, c: 4, d: 6 });
    const { cursors } = await pageNow(storage, { first: 2 });
    await rm(`${storage.root}/runs/b`, { recursive: true });
    await storage.addRun('newer', { meta: { created_at: START + 1 } });
    await storage.addRun('between', { meta: { created_at: START - 3 } });
    expect(await pageNow(storage, { first: 2, after: cursors[1] })).toMatchObject({ ids: ['between', 'c'] });
    expect(await pageNow(storage, { last: 9, before: cursors[1] })).toMatchObject({ ids: ['newer', 'a'] });
  });

  it('are each met once, in order, by pages of any size, forward and backward', async () => {
    await using storage = await storageOf({ a: 0, b: 1, c: 1, d: 1, e: 1.5, f: 1.25, g: 7, h: 7, i: 7 });
    await using gateway = await startTestGateway(storage);
    const { ids: all } = await pageOf(gateway.url, {});
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1 }), async (sizes) => {
        const sizeOf = (page: number) => sizes[page % sizes.length];
        const forward: string[] = [];
        for (let page = 0, after: string | null = null, more = true; more; page++) {
          const { ids, pageInfo } = await pageOf(gateway.url, { first: sizeOf(page), after });
          forward.push(...ids);
          [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
        }
        expect(forward).toEqual(all);
        const backward: string[] = [];
        for (let page = 0, before: string | null = null, more = true; more; page++) {
          const { ids, pageInfo } = await pageOf(gateway.url, { last: sizeOf(page), before });
          backward.unshift(...ids);
          [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
        }
        expect(backward).toEqual(all);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    [{ first: -1 }, 'first: -1 is not a page size from 0 to 500'],
    [{ first: 501 }, 'first: 501 is not a page size from 0 to 500'],
    [{ last: 501 }, 'last: 501 is not a page size from 0 to 500'],
    [{ first: 1, last: 1 }, 'first, last: only one of them may be given'],
    [{ after: '' }, "after: '' is not a cursor of this list"],
    [{ after: 'run-1' }, "after: 'run-1' is not a cursor of this list"],
    [{ before: 'W10=' }, "before: 'W10=' is not a cursor of this list"],
  ])('refuse %j', async (variables, message) => {
    await using storage = await storageOf({});
    await using gateway = await startTestGateway(storage);
    const { errors } = await execute(gateway.url, RUNS, variables);
    expect(errors).toMatchObject([{ message, path: ['runs'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
