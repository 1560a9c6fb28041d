/** A page of very many runs, by whatever filter and order. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient } from '../harness/http-client.ts';
import { type Timing, time, timing } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { grouped, renderTiming, significant } from '../harness/table.ts';
import { addSmallRuns, makeStorage, type SmallRun, smallRun } from '../inputs/run-store.ts';
import { LIST_AGE_MS } from '../runs/many-runs.ts';
import { askGraphql } from './graphql-client.ts';
import type { GraphqlPlan } from './graphql-plan.ts';

const QUERY = `query ($filter: RunFilter, $order: RunOrder) {
  runs(first: 50, filter: $filter, order: $order) {
    totalCount
    nodes { runId path alias status tags createdAt bestMetric { name value step } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  readonly name: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly holds: (run: SmallRun) => boolean;
}

const PAGES: readonly Page[] = [
  { name: 'all', variables: {}, holds: () => true },
  {
    name: 'by `text`',
    variables: { filter: { text: 'sweep-1' } },
    holds: ({ path }) => path.join('/').includes('sweep-1'),
  },
  { name: 'by a `text` that none has', variables: { filter: { text: 'nothing' } }, holds: () => false },
  {
    name: 'by `pathPrefix`, `status` and `tags`, ordered by `BEST_METRIC`',
    variables: {
      filter: { pathPrefix: 'research', status: 'FAILED', tags: 'nightly' },
      order: { field: 'BEST_METRIC' },
    },
    holds: ({ status, tags }) => status === 'failed' && tags.includes('nightly'),
  },
];

interface RunsData {
  readonly runs: { readonly totalCount: number; readonly nodes: readonly unknown[] };
}

interface PageTimes {
  /** In milliseconds: of the first request of its kind. */
  readonly first: number;
  /** Asked again at once, and after the list has aged. */
  readonly atOnce: Timing;
  readonly later: Timing;
}

export async function measureRunPages({ storage, rounds, runs: count }: GraphqlPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'pages'));
  addSmallRuns(root, count);
  const runs = Array.from({ length: count }, (_, i) => smallRun(i));
  const measured = await withGateway(root, async ({ url }) => {
    const client = new HttpClient(url);
    const times: PageTimes[] = [];
    for (const { variables, holds } of PAGES) {
      const total = runs.filter(holds).length;
      times.push(await pageTimes(() => askPage(client, variables, total), rounds));
    }
    client.close();
    return times;
  });
  const what = `\`runs(first: 50)\` of ${grouped(count)}`;
  return {
    compared: [],
    figures: PAGES.map(({ name }, page) => ({ name: `${what}, ${name}`, text: renderTimes(measured[page]) })),
    bars: [
      {
        name: `the slowest kind of ${what}, list in use`,
        figure: Math.max(...measured.map(({ atOnce }) => atOnce.median)),
        must: 'be at most',
        limit: 20,
        unit: ' ms',
      },
    ],
  };
}

async function pageTimes(ask: () => Promise<number>, rounds: number): Promise<PageTimes> {
  const first = await ask();
  const atOnce: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(LIST_AGE_MS);
    later.push(await ask());
    atOnce.push(await ask());
  }
  return { first, atOnce: timing(atOnce), later: timing(later) };
}

/** @returns how long it took until the answer was parsed, in milliseconds */
async function askPage(client: HttpClient, variables: Page['variables'], total: number): Promise<number> {
  const { answer, ms } = await time(() => askGraphql<RunsData>(client, { query: QUERY, variables }));
  const { totalCount, nodes } = answer.runs;
  expectSameNumbers('runs in all, runs on the page', [totalCount, nodes.length], [total, Math.min(50, total)]);
  return ms;
}

function renderTimes({ first, atOnce, later }: PageTimes): string {
  return `${renderTiming(atOnce)}; list out of age ${renderTiming(later)}; first of its kind ${significant(first)} ms`;
}
