/** Storages of runs to measure with. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformAt } from './random.ts';

const SEED = 20_240_103;
const CREATED = 1_704_067_200;
const RUNS_OF_A_PATH = 100;
/** From the start of one small run to that of the next one. */
const APART_S = 600;

/** What the small files of a run say. */
interface RunDetails {
  readonly path: readonly string[];
  readonly status: 'finished' | 'failed';
  readonly tags: readonly string[];
  /** In unix seconds. */
  readonly createdAt: number;
}

/** One of many runs without events. */
export interface SmallRun extends RunDetails {
  readonly id: string;
}

const ORDINARY: RunDetails = { path: [], status: 'finished', tags: ['bench'], createdAt: CREATED };

/** Makes a storage, empty but for what makes it one. */
export function makeStorage(root: string): string {
  mkdirSync(join(root, 'runs'), { recursive: true });
  return root;
}

/**
 * Makes a run that has ended, with an events file of its own.
 *
 * @param events is linked, not copied: it may be large. Null: it has none
 * @returns where the run has its events file
 */
export function addRun(root: string, id: string, events: string | null, details: RunDetails = ORDINARY): string {
  const { path, status, tags, createdAt } = details;
  const directory = join(root, 'runs', ...path, id);
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: object) => writeFileSync(join(directory, name), JSON.stringify(content));
  write('meta.json', { id, created_at: createdAt, pid: 1, hostname: 'elsewhere', tags });
  write('status.json', { status, started_at: createdAt, ended_at: createdAt + 3600 });
  const file = join(directory, 'events.jsonl');
  if (events !== null) linkSync(events, file);
  return file;
}

/** Makes `count` of the small runs, each with all the small files that a run has. */
export function addSmallRuns(root: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const { id, ...details } = smallRun(i);
    const file = addRun(root, id, null, details);
    const best = { best_metric_name: 'accuracy', best_metric_value: uniformAt(SEED, i), best_metric_mode: 'max' };
    writeFileSync(join(file, '..', 'summary.json'), JSON.stringify({ ...best, best_metric_step: i }));
    writeFileSync(join(file, '..', 'assets.json'), JSON.stringify({ config: { lr: uniformAt(SEED + 1, i) } }));
  }
}

/** 100 to a path, each newer than the one before; one in ten has failed, every other one is tagged as nightly. */
export function smallRun(i: number): SmallRun {
  return {
    id: `20240101_000000_${i.toString(16).padStart(6, '0')}`,
    path: ['research', `sweep-${Math.floor(i / RUNS_OF_A_PATH)}`],
    status: i % 10 === 9 ? 'failed' : 'finished',
    tags: uniformAt(SEED + 2, i) < 0.5 ? ['bench', 'nightly'] : ['bench'],
    createdAt: CREATED + APART_S * i,
  };
}
