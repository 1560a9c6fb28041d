import { rm, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderedRunsQuery, OrderedRunsQueryVariables, RunOrder } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START } from '../support/storage.ts';
import { ask } from './execute.ts';
import { useGraph } from './graph.ts';

const ORDERED_RUNS = graphql(`
  query OrderedRuns($order: RunOrder, $first: Int, $after: String, $last: Int, $before: String) {
    runs(order: $order, first: $first, after: $after, last: $last, before: $before) {
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

const best = (value: number) => ({ 'summary.json': { best_metric_name: 'loss', best_metric_value: value } });
const config = (values: object) => ({ 'assets.json': { config: values } });

const ORDERS: [RunOrder | null, string[]][] = [
  [null, ['g', 'f', 'e', 'd', 'c', 'b', 'a']],
  [{}, ['g', 'f', 'e', 'd', 'c', 'b', 'a']],
  [{ direction: 'ASC' }, ['a', 'c', 'b', 'd', 'e', 'f', 'g']],
  [{ field: 'PATH', direction: 'ASC' }, ['f', 'd', 'e', 'a', 'b', 'g', 'c']],
  [{ field: 'PATH', direction: 'DESC' }, ['b', 'a', 'e', 'd', 'f', 'g', 'c']],
  [{ field: 'STATUS', direction: 'ASC' }, ['g', 'a', 'c', 'd', 'e', 'f', 'b']],
  [{ field: 'STATUS', direction: 'DESC' }, ['f', 'b', 'e', 'd', 'c', 'g', 'a']],
  [{ field: 'BEST_METRIC', direction: 'ASC' }, ['g', 'f', 'e', 'd', 'c', 'b', 'a']],
  [{ field: 'BEST_METRIC', direction: 'DESC' }, ['d', 'e', 'f', 'g', 'c', 'b', 'a']],
  [{ field: 'SUMMARY', name: 'best_metric_value', direction: 'ASC' }, ['g', 'f', 'e', 'a', 'd', 'c', 'b']],
  [{ field: 'CONFIG', name: 'optimizer.lr', direction: 'ASC' }, ['c', 'd', 'b', 'f', 'e', 'g', 'a']],
  [{ field: 'CONFIG', name: 'optimizer.lr', direction: 'DESC' }, ['e', 'f', 'b', 'd', 'c', 'g', 'a']],
  [{ field: 'CONFIG', name: 'optimizer', direction: 'ASC' }, ['g', 'f', 'e', 'd', 'c', 'b', 'a']],
];

const graph = useGraph();

beforeAll(async () => {
  const { storage } = graph;
  const add = (id: string, age: number, path: string | null, status: string, files = {}) =>
    storage.addRun(id, {
      ...(path === null ? {} : { path }),
      meta: { created_at: START - age },
      status: { status },
      files,
    });
  const lr = (value: unknown) => config({ optimizer: { lr: value } });
  await add('g', 0, null, 'running', { ...best(-1.5), ...lr([0.1]) });
  await add('f', 1, 'Vision', 'exploded', { ...best(0), ...lr(true) });
  await add('e', 2, 'vision/resnet', 'interrupted', { ...best(2), ...lr('warm-up') });
  await add('d', 3, 'vision', 'failed', { ...best(10), ...lr(9) });
  await add('c', 4, null, 'finished', { ...best(Number.NaN), ...config({ 'optimizer.lr': 1e-4 }) });
  await add('b', 4, 'vision2', 'unknown', lr(10));
  await add('a', 6, 'vision-2', 'running', { 'summary.json': { best_metric_value: 3 } });
});

const pageOf = async (variables: OrderedRunsQueryVariables) => (await graph.ask(ORDERED_RUNS, variables)).runs;

const idsOf = ({ nodes }: { readonly nodes: readonly { readonly runId: string }[] }) => nodes.map(({ runId }) => runId);

describe('an order of runs', () => {
  it.each(ORDERS)('%j', async (order, ids) => {
    expect(idsOf(await pageOf({ order }))).toEqual(ids);
  });

  it.each(ORDERS)('%j is the same by the page, forward and backward', async (order, ids) => {
    const forward: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const runs: OrderedRunsQuery['runs'] = await pageOf({ order, first: 2, after });
      forward.push(...idsOf(runs));
      [after, more] = [runs.pageInfo.endCursor, runs.pageInfo.hasNextPage];
    }
    expect(forward).toEqual(ids);
    const backward: string[] = [];
    for (let before: string | null = null, more = true; more; ) {
      const runs: OrderedRunsQuery['runs'] = await pageOf({ order, last: 2, before });
      backward.unshift(...idsOf(runs));
      [before, more] = [runs.pageInfo.startCursor, runs.pageInfo.hasPreviousPage];
    }
    expect(backward).toEqual(ids);
  });

  it('refuses the cursors of another one', async () => {
    const order: RunOrder = { field: 'PATH', direction: 'ASC' };
    const { endCursor } = (await pageOf({ order, first: 1 })).pageInfo;
    for (const [other, name] of [
      [null, 'createdAt desc'],
      [{ field: 'PATH' }, 'path desc'],
    ] as const) {
      const { errors } = await graph.execute(ORDERED_RUNS, { order: other, after: endCursor });
      const message = `after: '${endCursor}' is a cursor of the order path asc, not of ${name}`;
      expect(errors).toMatchObject([{ message, path: ['runs'], extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('by a value refuses the cursors of that by another value', async () => {
    const { endCursor } = (await pageOf({ order: { field: 'CONFIG', name: 'lr' }, first: 1 })).pageInfo;
    const { errors } = await graph.execute(ORDERED_RUNS, {
      order: { field: 'CONFIG', name: 'seed' },
      after: endCursor,
    });
    const message = `after: '${endCursor}' is a cursor of the order config lr desc, not of config seed desc`;
    expect(errors).toMatchObject([{ message, path: ['runs'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it.each<[RunOrder, string]>([
    [{ field: 'CONFIG' }, 'order.name: CONFIG needs it, the name of the value to order by'],
    [{ field: 'SUMMARY', name: null }, 'order.name: SUMMARY needs it, the name of the value to order by'],
    [{ field: 'PATH', name: 'lr' }, "order.name: 'lr' is for the fields CONFIG and SUMMARY"],
    [{ field: 'CONFIG', name: 'x'.repeat(1001) }, 'order.name: has 1001 characters, 1000 is the most'],
  ])('that names a value where there is none, or none where there is, is refused: %#', async (order, message) => {
    const { errors } = await graph.execute(ORDERED_RUNS, { order });
    expect(errors).toMatchObject([{ message, path: ['runs'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a cursor', () => {
  it.each<RunOrder>([
    { field: 'CREATED_AT', direction: 'ASC' },
    { field: 'PATH', direction: 'ASC' },
    { field: 'STATUS', direction: 'ASC' },
    { field: 'BEST_METRIC', direction: 'ASC' },
    { field: 'CONFIG', name: 'rank', direction: 'ASC' },
    { field: 'CONFIG', name: 'rank as a long text', direction: 'ASC' },
  ])('names its place in the order %j, though runs have come and its run has gone', async (order) => {
    await using storage = await makeStorage();
    const statuses = ['running', 'finished', 'failed', 'interrupted'];
    const add = (id: string, rank: number) =>
      storage.addRun(id, {
        path: `path-${rank}`,
        meta: { created_at: START + rank },
        status: { status: statuses[Math.floor(rank)] },
        files: { ...best(rank), ...config({ rank, 'rank as a long text': `${rank} ${'🌍'.repeat(200)}` }) },
      });
    for (const rank of [0, 1, 2, 3]) await add(`run-${rank}`, rank);
    const pageNow = async (variables: OrderedRunsQueryVariables) => {
      await using gateway = await startTestGateway(storage);
      return (await ask(gateway.url, ORDERED_RUNS, { order, ...variables })).runs;
    };
    const { endCursor } = (await pageNow({ first: 2 })).pageInfo;
    await rm(`${storage.root}/runs/path-1`, { recursive: true });
    await add('run-0.5', 0.5);
    await add('run-2.5', 2.5);
    await writeFile(`${storage.root}/runs/path-3/run-3/assets.json`, '{}');
    const isByStatus = order.field === 'STATUS';
    const [before, after] = isByStatus
      ? [
          ['run-0.5', 'run-0'],
          ['run-2.5', 'run-2', 'run-3'],
        ]
      : [
          ['run-0', 'run-0.5'],
          ['run-2', 'run-2.5', 'run-3'],
        ];
    expect(idsOf(await pageNow({ last: 9, before: endCursor }))).toEqual(before);
    expect(idsOf(await pageNow({ first: 9, after: endCursor }))).toEqual(after);
  });
});
