import type { Order } from '../address/order.ts';
import type { Run } from './loaded-runs.ts';
import { keysOf, valueAt } from './nested-values.ts';

/** Further columns of the table are named by where their values come from: `config.lr`, `summary.accuracy`. */
const SOURCES = ['config', 'summary'] as const;
const FIELDS = { config: 'CONFIG', summary: 'SUMMARY' } as const;

/** The columns that these runs have values for, each once, in alphabetical order: hyperparameters first. */
export function columnsOf(runs: readonly Run[]): readonly string[] {
  return SOURCES.flatMap((source) => {
    const names = new Set(runs.flatMap((run) => keysOf(run[source])));
    return [...names].toSorted().map((name) => `${source}.${name}`);
  });
}

/** A further column of the table. */
export interface ValueColumn {
  readonly name: string;
  /** Numbers stand below each other by their ends, anything else by its start. */
  readonly kind: 'number' | 'text';
}

export function valueColumn(name: string, runs: readonly Run[]): ValueColumn {
  const isText = runs.some((run) => !['number', 'undefined'].includes(typeof cellOf(run, name)));
  return { name, kind: isText ? 'text' : 'number' };
}

/** Undefined where the run has none. */
export function cellOf(run: Run, column: string): unknown {
  const { source, name } = partsOf(column);
  return source && valueAt(run[source], name);
}

/** How a click on its head sorts at first. Undefined where no column is called so. */
export function orderBy(column: string): Order | undefined {
  const { source, name } = partsOf(column);
  return source && { field: FIELDS[source], name, direction: 'ASC' };
}

function partsOf(column: string) {
  const source = SOURCES.find((each) => column.startsWith(`${each}.`));
  return { source, name: column.slice(column.indexOf('.') + 1) };
}
