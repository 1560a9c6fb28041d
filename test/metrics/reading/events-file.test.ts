import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { MetricsCache } from '../../../src/metrics/metrics-cache.ts';
import { readEventsFile } from '../../../src/metrics/reading/events-file.ts';
import { ReadingBudget } from '../../../src/metrics/reading/reading-budget.ts';
import { Table } from '../../../src/metrics/table/table.ts';
import { WorkerPool } from '../../../src/metrics/worker-pool.ts';
import { EVERYWHERE } from '../../support/bounds.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

/** More than is read at once. */
const MANY = 120_000;

function events(count: number, name: string): string {
  const line = (step: number) =>
    `{"ts": ${1_704_067_200 + step}.5, "type": "metrics", "data": {"${name}": 0.5, "lr": 0.001, "global_step": ${step}}}\n`;
  return Array.from({ length: count }, (_, step) => line(step)).join('');
}

it('closes no descriptor but its own when the threads that read a large file end', async () => {
  const file = join(directory(), 'large.jsonl');
  await writeFile(file, events(MANY, 'loss'));
  const cache = new MetricsCache(EVERYWHERE, { maxRuns: 1, maxBytes: 2 ** 28 });
  await cache.read(file);
  // The lowest numbers that are free: those of descriptors that were closed.
  const others = Array.from({ length: 20 }, () => openSync(file, 'r'));
  await cache.close();
  for (const descriptor of others) expect(fstatSync(descriptor).isFile()).toBe(true);
  for (const descriptor of others) closeSync(descriptor);
});

it('reads a large file again that is rewritten, longer than it was, while it is read', async () => {
  const file = join(directory(), 'rewritten.jsonl');
  await writeFile(file, events(MANY, 'loss'));
  const pool = new WorkerPool();
  const run = pool.run.bind(pool);
  vi.spyOn(pool, 'run').mockImplementation(async (name, task) => {
    const answer = await run(name, task);
    if (name === 'readPiece') writeFileSync(file, events(MANY + 1, 'other'));
    return answer;
  });
  const room = { appended: 0, whole: 2 ** 28, budget: new ReadingBudget(2 ** 28, () => {}) };
  const result = await readEventsFile(pool, { file, bounds: EVERYWHERE, since: null }, room);
  const columns = result.outcome === 'whole' ? Table.empty().append(result.read.chunks).columns : [];
  expect(columns.map(({ name }) => name)).toEqual(['other', 'lr']);
  await pool.close();
});
