import { expect, it } from 'vitest';
import { type TorturedRun, torture } from '../fuzz/log-torture.ts';
import { bareRun, servedRun } from '../fuzz/tortured-runs.ts';
import { useRunlens } from '../support/runlens-process.ts';

const { runlens } = useRunlens();

/** `TORTURE_SEEDS=1-5000 npx vitest run test/logs/torture.test.ts` tries those seeds. */
const seeds = seedsOf(process.env.TORTURE_SEEDS ?? '1-20');
/** The same for a real gateway. */
const servedSeeds = seedsOf(process.env.TORTURE_SERVED_SEEDS ?? '1-2');

function seedsOf(range: string): readonly number[] {
  const [first = 1, last = first] = range.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** @returns what went wrong */
async function tortureAll(
  tried: readonly number[],
  atOnce: number,
  makeRun: () => Promise<TorturedRun & AsyncDisposable>,
): Promise<string> {
  const faults: string[] = [];
  const left = tried.values();
  async function work(): Promise<void> {
    for (const seed of left) {
      await using run = await makeRun();
      faults.push(...(await torture(seed, run)));
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return faults.join('\n');
}

it('whoever follows the recipe holds what was written, whatever happens to the file, the connection and the gateway', {
  timeout: 60_000 + seeds.length * 1000,
}, async () => {
  expect(await tortureAll(seeds, 40, bareRun)).toBe('');
});

it('that holds over WebSockets and server-sent events too, and where the gateway is killed with SIGKILL', {
  timeout: 60_000 + servedSeeds.length * 10_000,
}, async () => {
  expect(await tortureAll(servedSeeds, 3, () => servedRun(runlens))).toBe('');
});
