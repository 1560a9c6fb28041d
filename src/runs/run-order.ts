import { valueAt } from './nested-value.ts';
import type { RunRecord } from './run-record.ts';
import { STATUSES } from './run-status.ts';

/** What runs are put in order by: something that each run has, or a value of its config or summary, by its name. */
export type RunOrder = { readonly direction: 'asc' | 'desc' } & (
  | { readonly field: PlainField }
  | { readonly field: ValueField; readonly name: string }
);

export type PlainField = 'createdAt' | 'path' | 'status' | 'bestMetric';
export type ValueField = 'config' | 'summary';

type Key = string | number | null;

/** All that the place of a run in an order depends on. */
export interface RunPosition {
  /** By which the order goes, numbers before texts; null: last, in either direction. */
  readonly key: Key;
  readonly createdAt: number;
  readonly id: string;
}

export const NEWEST_FIRST: RunOrder = { field: 'createdAt', direction: 'desc' };

/** Of a text as much as it is compared by: a cursor holds it. */
const KEY_LENGTH = 100;

const KEYS: Readonly<Record<PlainField, (run: RunRecord) => Key>> = {
  createdAt: ({ createdAt }) => createdAt,
  // No name holds a NUL, and no character comes before it: all that lies below a path follows it at once.
  path: ({ path }) => path?.replaceAll('/', '\0') ?? null,
  status: ({ status }) => STATUSES.indexOf(status),
  bestMetric: ({ bestMetric }) => bestMetric?.value ?? null,
};

/** Where a run is in that order. */
export function positionOf(run: RunRecord, order: RunOrder): RunPosition {
  const key = 'name' in order ? valueKey(valueAt(run[order.field], order.name)) : KEYS[order.field](run);
  return { key, createdAt: run.createdAt, id: run.id };
}

function valueKey(value: unknown): Key {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' ? value.slice(0, KEY_LENGTH) : null;
}

/** A text of its own for each order: `path asc`, `config optimizer.lr desc`. */
export function nameOfOrder(order: RunOrder): string {
  return [order.field, ...('name' in order ? [order.name] : []), order.direction].join(' ');
}

/** Sorts positions by their keys; those with equal keys by creation, the newest first, then by id, the highest first. */
export function inDirection(direction: RunOrder['direction']): (a: RunPosition, b: RunPosition) => number {
  const sign = direction === 'asc' ? 1 : -1;
  return (a, b) => {
    if (a.key === b.key) return newestFirst(a, b);
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return precedes(a.key, b.key) ? -sign : sign;
  };
}

function precedes(a: string | number, b: string | number): boolean {
  return typeof a === typeof b ? a < b : typeof a === 'number';
}

/** Sorts runs by creation, the newest first, and by id, the highest first, where that is the same. */
export function newestFirst(a: Omit<RunPosition, 'key'>, b: Omit<RunPosition, 'key'>): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
