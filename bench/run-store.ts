/** Storages of runs to measure with. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformAt } from './random.ts';

const SEED = 20_240_103;
const CREATED = 1_704_067_200;
const RUNS_OF_A_PATH = 100;

/** Makes a storage, empty but for what makes it one. */
export function makeStorage(root: string): string {
  mkdirSync(join(root, 'runs'), { recursive: true });
  return root;
}

/**
 * Makes a finished run with an events file of its own.
 *
 * @param events is linked, not copied: it may be large. Null: it has none
 * @returns where the run has its events file
 */
export function addRun(root: string, id: string, events: string | null, path: readonly string[] = []): string {
  const directory = join(root, 'runs', ...path, id);
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: object) => writeFileSync(join(directory, name), JSON.stringify(content));
  write('meta.json', { id, created_at: CREATED, pid: 1, hostname: 'elsewhere', tags: ['bench'] });
  write('status.json', { status: 'finished', started_at: CREATED, ended_at: CREATED + 3600 });
  const file = join(directory, 'events.jsonl');
  if (events !== null) linkSync(events, file);
  return file;
}

/** Makes `count` finished runs without events, 100 to a path, each with all the small files that a run has. */
export function addSmallRuns(root: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const project = ['research', `sweep-${Math.floor(i / RUNS_OF_A_PATH)}`];
    const id = `20240101_000000_${i.toString(16).padStart(6, '0')}`;
    const file = addRun(root, id, null, project);
    const best = { best_metric_name: 'accuracy', best_metric_value: uniformAt(SEED, i), best_metric_mode: 'max' };
    writeFileSync(join(file, '..', 'summary.json'), JSON.stringify({ ...best, best_metric_step: i }));
    writeFileSync(join(file, '..', 'assets.json'), JSON.stringify({ config: { lr: uniformAt(SEED + 1, i) } }));
  }
}
