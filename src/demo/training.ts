import { ERASED_LINE, progressBar } from './console-text.ts';
import type { Noise } from './curves.ts';
import type { Metrics, Output, Recipe } from './recipe.ts';
import type { RunWriter } from './run-writer.ts';

/** The time that a training takes; times are Unix seconds. */
export interface Pace {
  /** When the job is ready for its first step. */
  readonly begin: number;
  /** Seconds from step to step. */
  readonly period: number;
  /** When an event of a step is logged. @param last when the one before was */
  readonly clock: (last: number, step: number) => number;
  /** Called when a step is done; what it returns is waited for. */
  readonly afterStep: (step: number) => Promise<void> | undefined;
}

/** Goes through the steps of a run as its recipe has them, and ends it. */
export async function train(run: RunWriter, recipe: Recipe, noise: Noise, pace: Pace): Promise<void> {
  const { sessions, curves, validation, output, summary = {} } = recipe;
  const latest: Metrics = {};
  let now = pace.begin;
  function record(step: number, metrics: Metrics) {
    now = Math.round(pace.clock(now, step) * 1e6) / 1e6;
    run.record(now, step, metrics);
    Object.assign(latest, metrics);
  }

  for (const line of output?.opening ?? []) run.log(now, line);
  for (const [first, last] of sessions) {
    for (let step = first; step <= last; step++) {
      record(step, curves(step, noise));
      if (validation && step % validation.every === 0) record(step, validation.curves(step, noise));
      if (output) print(run, output, now, step, latest, pace.period);
      const pause = pace.afterStep(step);
      if (pause) await pause;
    }
  }
  for (const line of output?.lastWords.split('\n') ?? []) run.log(now, line);
  const results = Object.entries(summary).map(([key, name]) => [key, latest[name]]);
  await run.end(now, { ...Object.fromEntries(results), minutes: Math.round((now - pace.begin) / 6) / 10 });
}

/** Prints what a job prints when a step is done. A remark takes the place of the progress bar, which the next step draws anew. */
function print(run: RunWriter, output: Output, now: number, step: number, latest: Metrics, period: number): void {
  const { epochs, progress, remarks } = output;
  if (epochs) run.draw(progressBar(step, epochs, period));
  const remark = remarks?.[step];
  if (remark !== undefined) {
    if (epochs) run.draw(ERASED_LINE);
    run.log(now, remark);
  }
  if (progress && step % progress.every === 0) run.log(now, progress.line(step, latest));
}
