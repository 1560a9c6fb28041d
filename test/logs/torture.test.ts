import { expect, it } from 'vitest';
import { torture } from '../fuzz/log-torture.ts';
import { bareRun } from '../fuzz/tortured-runs.ts';

/** `TORTURE_SEEDS=1-5000 npx vitest run test/logs/torture.test.ts` tries all of these. */
const [FIRST = 1, LAST = 12] = (process.env.TORTURE_SEEDS ?? '').split('-').filter(Boolean).map(Number);
const MOST_AT_ONCE = 40;

it(
  'whoever follows the recipe holds what was written, whatever happens to file, connection and gateway',
  { timeout: 30_000 + (LAST - FIRST) * 1000 },
  async () => {
    const seeds = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i).values();
    const faults: string[][] = [];
    async function work(): Promise<void> {
      for (const seed of seeds) {
        await using run = await bareRun();
        const found = await torture(seed, run);
        if (found.length > 0) faults.push([...found]);
      }
    }
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
    if (process.env.TORTURE_OUT) { const { writeFileSync } = await import('node:fs'); writeFileSync(process.env.TORTURE_OUT, faults.map((f) => f.join('\n')).join('\n\n=====\n')); }
    expect(faults.length, faults.slice(0, 5).flat().join('\n')).toBe(0);
  },
);
