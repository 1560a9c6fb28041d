import { hostname } from 'node:os';
import { processLives } from './process-life.ts';

/** In the order in which runs are sorted by it. `unknown`: the run does not say, or says something else. */
export const STATUSES = ['running', 'finished', 'failed', 'interrupted', 'unknown'] as const;

export type RunStatus = (typeof STATUSES)[number];

/** What the status of a run is told from. `startedAt` is Unix seconds. */
export interface StatusSource {
  readonly status: RunStatus;
  readonly hostname: string | null;
  readonly pid: number | null;
  readonly startedAt: number | null;
}

/** The status that a value in status.json names. */
export function toStatus(value: unknown): RunStatus {
  return STATUSES.find((status) => status === value) ?? 'unknown';
}

/** The status to report: a run whose process on this host has died cannot say so itself, and has failed. */
export async function reportedStatus(run: StatusSource): Promise<RunStatus> {
  if (!dependsOnProcess(run)) return run.status;
  return (await processLives(run.pid, run.startedAt)) ? 'running' : 'failed';
}

/**
 * Whether `reported` stays the status to report until the run says something else. No later process can be taken for one
 * that has died, if it is known when that one was there.
 */
export function isStatusLasting(run: StatusSource, reported: RunStatus): boolean {
  return !dependsOnProcess(run) || (reported === 'failed' && run.startedAt !== null);
}

function dependsOnProcess(run: StatusSource): boolean {
  return run.status === 'running' && run.hostname === hostname();
}

/** Whether a run of that status has come to its end: one that does not say may still be going on. */
export function hasEnded(status: RunStatus): boolean {
  return status !== 'running' && status !== 'unknown';
}
