import type { RunRecord } from './run-record.ts';
import { STATUSES } from './run-status.ts';

/** What runs are put in order by. */
export interface RunOrder {
  readonly field: RunOrderField;
  readonly direction: 'asc' | 'desc';
}

export type RunOrderField = 'createdAt' | 'path' | 'status' | 'bestMetric';

/** All that the place of a run in an order depends on. */
export interface RunPosition {
  /** By which the order goes; null: last, in either direction. */
  readonly key: string | number | null;
  readonly createdAt: number;
  readonly id: string;
}

export const NEWEST_FIRST: RunOrder = { field: 'createdAt', direction: 'desc' };

const KEYS: Readonly<Record<RunOrderField, (run: RunRecord) => string | number | null>> = {
  createdAt: ({ createdAt }) => createdAt,
  // No name holds a NUL, and no character comes before it: all that lies below a path follows it at once.
  path: ({ path }) => path?.replaceAll('/', '\0') ?? null,
  status: ({ status }) => STATUSES.indexOf(status),
  bestMetric: ({ bestMetric }) => bestMetric?.value ?? null,
};

/** Where a run is when runs are put in order by `field`. */
export function positionOf(run: RunRecord, field: RunOrderField): RunPosition {
  return { key: KEYS[field](run), createdAt: run.createdAt, id: run.id };
}

/** Sorts positions by their keys; those with equal keys by creation, the newest first, then by id, the highest first. */
export function inDirection(direction: RunOrder['direction']): (a: RunPosition, b: RunPosition) => number {
  const sign = direction === 'asc' ? 1 : -1;
  return (a, b) => {
    if (a.key === b.key) return newestFirst(a, b);
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return a.key < b.key ? -sign : sign;
  };
}

/** Sorts runs by creation, the newest first, and by id, the highest first, where that is the same. */
export function newestFirst(a: Omit<RunPosition, 'key'>, b: Omit<RunPosition, 'key'>): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
