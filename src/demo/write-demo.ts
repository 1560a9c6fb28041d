import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type Noise, seededNoise } from './curves.ts';
import { LIVE, progressBar, RECIPES, type Recipe } from './recipes.ts';
import { beginRun, type RunWriter } from './run-writer.ts';

const SECONDS_PER_EVENT = 0.9;
const STEPS_PER_LOG_LINE = 50;
const LIVE_RUNS_KEPT = 5;

/** Writes a few ended runs below `directory`: always the same curves, at times that lie some hours back from now. */
export async function writeDemoStorage(directory: string): Promise<void> {
  for (const [index, recipe] of RECIPES.entries()) {
    const seed = index + 1;
    const noise = seededNoise(seed);
    const clock = (last: number) => last + SECONDS_PER_EVENT * (1 + noise(0.3));
    const run = await beginRun(directory, recipe, seed, { hostname: 'gpu-01', pid: 20_000 + seed, clock });
    await train(run, recipe, noise);
  }
}

/**
 * Trains one live run of `steps` steps after the other below `directory`, in this process, and keeps the last five.
 * Each step is on disk when `pause` is called. Never ends, unless `pause` rejects.
 */
export async function trainForever(directory: string, steps: number, pause: () => Promise<void>): Promise<never> {
  const recipe: Recipe = { ...LIVE, sessions: [[1, steps]] };
  const clock = () => (performance.timeOrigin + performance.now()) / 1000;
  const kept: string[] = [];
  for (let seed = RECIPES.length + 1; ; seed++) {
    const run = await beginRun(directory, recipe, seed, { hostname: hostname(), pid: process.pid, clock });
    kept.push(run.directory);
    for (const old of kept.splice(0, kept.length - LIVE_RUNS_KEPT)) await rm(old, { recursive: true });
    await train(run, recipe, seededNoise(seed), pause);
  }
}

/** Goes through the steps of a run, and writes them one by one if there is a pause after each, else all at the end. */
async function train(run: RunWriter, recipe: Recipe, noise: Noise, pause?: () => Promise<void>): Promise<void> {
  const { sessions, curves, validation, epoch, logLine, lastWords } = recipe;
  for (const [first, last] of sessions) {
    for (let step = first; step <= last; step++) {
      const metrics = curves(step, noise);
      run.record(step, metrics);
      if (epoch !== undefined) run.draw(progressBar(step, epoch));
      if (step % (epoch ?? STEPS_PER_LOG_LINE) === 0) run.log(logLine(step, metrics));
      if (validation && step % validation.every === 0) run.record(step, validation.curves(step, noise));
      if (pause) await run.flush().then(pause);
    }
  }
  for (const line of lastWords.split('\n')) run.log(line);
  await run.end();
}
