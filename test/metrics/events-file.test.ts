import { closeSync, fstatSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MetricsCache } from '../../src/metrics/metrics-cache.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

/** More than is read at once. */
const MANY = 120_000;

function events(count: number, loss: number): string {
  const line = (step: number) =>
    `{"ts": ${1_704_067_200 + step}.5, "type": "metrics", "data": {"loss": ${loss}, "lr": 0.001, "global_step": ${step}}}\n`;
  return Array.from({ length: count }, (_, step) => line(step)).join('');
}

it('closes no descriptor but its own when the threads that read a large file end', async () => {
  const file = join(directory(), 'large.jsonl');
  await writeFile(file, events(MANY, 0.5));
  const cache = new MetricsCache({ maxRuns: 1, maxBytes: 2 ** 28 });
  await cache.read(file);
  // The lowest numbers that are free: those of descriptors that were closed.
  const others = Array.from({ length: 20 }, () => openSync(file, 'r'));
  await cache.close();
  for (const descriptor of others) expect(fstatSync(descriptor).isFile()).toBe(true);
  for (const descriptor of others) closeSync(descriptor);
});
