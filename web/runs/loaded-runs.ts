import type { Order } from '../address/order.ts';
import type { RunRowFragment, RunsPageQuery } from '../api/generated/graphql.ts';
import { valueAt } from './nested-values.ts';

/** A run as the table shows it. `config` and `summary` are there only where they were asked for. */
export type Run = RunRowFragment;

/** The first runs of a list, as far as they were asked for. */
export interface LoadedRuns {
  /** In the list's order, each once. */
  readonly runs: readonly Run[];
  /** How many there are in the whole list. */
  readonly total: number;
  /** Where the next page begins; null where there is none. */
  readonly cursor: string | null;
}

export const NOTHING_LOADED: LoadedRuns = { runs: [], total: 0, cursor: null };

/** The page behind what is loaded. A run that has moved since is where the page has it. */
export function appendPage(loaded: LoadedRuns, { totalCount, pageInfo, nodes }: RunsPageQuery['runs']): LoadedRuns {
  const arrived = new Set(nodes.map((run) => run.runId));
  return {
    runs: [...loaded.runs.filter((run) => !arrived.has(run.runId)), ...nodes],
    total: totalCount,
    cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
}

/** With the run as it is now, in the place where it was. */
export function replaceRun(loaded: LoadedRuns, run: Run): LoadedRuns {
  const index = loaded.runs.findIndex(({ runId }) => runId === run.runId);
  return index < 0 ? loaded : { ...loaded, runs: loaded.runs.with(index, run) };
}

/** Whether its place in the order may be another one now. `before` is absent where it was not loaded. */
export function mayHaveMoved(before: Run | undefined, after: Run, order: Order): boolean {
  if (!before) return order.field !== 'CREATED_AT';
  const rank = RANKS[order.field];
  const name = 'name' in order ? order.name : '';
  return rank(before, name) !== rank(after, name);
}

/** What the place of a run depends on; anything else than a number, a text or a boolean has none of its own. */
const RANKS: Readonly<Record<Order['field'], (run: Run, name: string) => unknown>> = {
  CONFIG: ({ config }, name) => scalarAt(config, name),
  SUMMARY: ({ summary }, name) => scalarAt(summary, name),
  CREATED_AT: ({ createdAt }) => createdAt,
  PATH: ({ path }) => path,
  STATUS: ({ status }) => status,
  BEST_METRIC: ({ bestMetric }) => bestMetric?.value,
};

function scalarAt(values: unknown, name: string): unknown {
  const value = valueAt(values, name);
  return typeof value === 'object' ? null : value;
}

/**
 * How many rows further down the list goes on that was at `row` before: by the first run from there on that is still
 * among the rows; 0 where none is.
 */
export function shiftOf(before: readonly Run[], after: readonly Run[], row: number): number {
  const places = new Map(after.map(({ runId }, index) => [runId, index]));
  for (let index = row; index < before.length; index++) {
    const place = places.get(before[index]?.runId ?? '');
    if (place !== undefined) return place - index;
  }
  return 0;
}
