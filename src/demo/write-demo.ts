import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { seededNoise } from './curves.ts';
import { LIVE } from './recipes/cifar10.ts';
import { RECIPES } from './recipes/index.ts';
import { beginRun } from './run-writer.ts';
import { train } from './training.ts';

const SECONDS_PER_EVENT = 0.9;
/** From the start of a job to its first step. */
const SETUP_SECONDS = 10;
/** What was trained is written piece by piece: text that grows for long is slow. */
const STEPS_AT_ONCE = 2000;
const LIVE_RUNS_KEPT = 5;
const LIVE_PERIOD = 0.25;

/** Writes some ended runs below `directory`: always the same curves, at times that lie some hours back from now. */
export async function writeDemoStorage(directory: string): Promise<void> {
  for (const [index, recipe] of RECIPES.entries()) {
    const seed = index + 1;
    const noise = seededNoise(seed);
    const createdAt = Math.floor(Date.now() / 1000) - recipe.run.hoursAgo * 3600;
    const trainer = { hostname: 'gpu-01', pid: 20_000 + seed, createdAt, startedAt: createdAt };
    const run = await beginRun(directory, recipe, seed, trainer);
    await train(run, recipe, noise, {
      begin: createdAt + SETUP_SECONDS,
      period: SECONDS_PER_EVENT,
      clock: (last) => last + SECONDS_PER_EVENT * (1 + noise(0.3)),
      afterStep: (step) => (step % STEPS_AT_ONCE === 0 ? run.flush() : undefined),
    });
  }
}

/** How long a live run is, and what the first one has behind it at the start; both in steps. */
export interface LiveLength {
  readonly steps: number;
  readonly headStart: number;
}

/**
 * Trains one live run after the other below `directory`, in this process, and keeps the last five.
 * Each step is on disk when `pause` is called, which is not called during a head start. Never ends, unless `pause` rejects.
 */
export async function trainForever(directory: string, length: LiveLength, pause: () => Promise<void>): Promise<never> {
  const recipe = { ...LIVE, sessions: [[1, length.steps] as const] };
  const kept: string[] = [];
  let { headStart } = length;
  for (let seed = RECIPES.length + 1; ; seed++, headStart = 0) {
    const startedAt = unixSeconds();
    const createdAt = startedAt - headStart * LIVE_PERIOD;
    const run = await beginRun(directory, recipe, seed, {
      hostname: hostname(),
      pid: process.pid,
      createdAt,
      startedAt,
    });
    kept.push(run.directory);
    for (const old of kept.splice(0, kept.length - LIVE_RUNS_KEPT)) await rm(old, { recursive: true });
    await train(run, recipe, seededNoise(seed), {
      begin: createdAt,
      period: LIVE_PERIOD,
      clock: (last, step) =>
        step <= headStart ? Math.max(last + 0.001, createdAt + step * LIVE_PERIOD) : unixSeconds(),
      afterStep: (step) => (step <= headStart ? undefined : run.flush().then(pause)),
    });
  }
}

function unixSeconds(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}
