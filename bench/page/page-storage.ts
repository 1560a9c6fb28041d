/** Runs for the page: several with the same metrics, to lay over each other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformAt } from '../inputs/random.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';

const SEED = 20_240_106;
const START = 1_704_067_200;

export interface ComparedRuns {
  readonly root: string;
  readonly runIds: readonly string[];
}

/** @param steps each a row of `metrics` values; all are seeded walks */
export function makeComparedRuns(root: string, runs: number, metrics: number, steps: number): ComparedRuns {
  makeStorage(root);
  const runIds = Array.from({ length: runs }, (_, run) => `20240106_000000_${run.toString(16).padStart(6, '0')}`);
  for (const [run, id] of runIds.entries()) {
    const file = join(root, `${id}.jsonl`);
    writeFileSync(file, eventLines(run, metrics, steps).join(''));
    addRun(root, id, file);
  }
  return { root, runIds };
}

function eventLines(run: number, metrics: number, steps: number): string[] {
  const names = Array.from({ length: metrics }, (_, metric) => `group-${metric % 2}/metric-${metric}`);
  const at = names.map(() => 0);
  return Array.from({ length: steps }, (_, step) => {
    for (const metric of at.keys()) at[metric] += uniformAt(SEED + 100 * run + metric, step) - 0.5;
    const values = Object.fromEntries(names.map((name, metric) => [name, at[metric]]));
    return `${JSON.stringify({ ts: START + step, type: 'metrics', data: { global_step: step, ...values } })}\n`;
  });
}
