import type { RunRecord } from './run-record.ts';

/** What a run's place among others depends on. */
export type RunPosition = Pick<RunRecord, 'createdAt' | 'id'>;

/** Sorts runs by creation, the newest first, and by id where that is the same. */
export function newestFirst(a: RunPosition, b: RunPosition): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? 1 : -1;
}
