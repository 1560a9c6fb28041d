import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../fuzz/random.ts';
import { eventLines, metricsEvent, START, type TestStorage } from '../support/storage.ts';

/**
 * So much is there before the first reader comes, and little in comparison is added: what a reader of all of it costs shall not
 * depend on when it comes, or memory that grows would be no leak.
 */
const HISTORY = 10_000;

/** Of another host, so that nobody looks for its process. */
const RUNNING = { status: { status: 'running', started_at: START } };

interface GrowingRun {
  readonly directory: string;
  lines: number;
  steps: number;
}

/** Line `number` of the log of a run, counted from 1. */
export function lineOf(run: string, number: number): string {
  return `${run} ${number} ${'.'.repeat(number % 37)}`;
}

/** What the run logs as `loss` at a step. */
export function lossAt(step: number): number {
  return 1 / (step + 1);
}

/** Runs that log for as long as they are told to. */
export class GrowingRuns {
  readonly ids: readonly [string, ...string[]];
  readonly #storage: TestStorage;
  readonly #random: Random;
  readonly #runs: ReadonlyMap<string, GrowingRun>;
  #ticks = 0;

  static async begin(storage: TestStorage, count: number, random: Random): Promise<GrowingRuns> {
    const runs = new Map<string, GrowingRun>();
    for (let i = 0; i < count; i++) {
      const id = `run-${i}`;
      const directory = await storage.addRun(id, {
        ...RUNNING,
        path: `soak/${i % 7}`,
        meta: metaOf(0),
        events: eventsOf(0, HISTORY),
        files: { 'logs.txt': linesOf(id, 1, HISTORY) },
      });
      runs.set(id, { directory, lines: HISTORY, steps: HISTORY });
    }
    return new GrowingRuns(storage, random, runs);
  }

  private constructor(storage: TestStorage, random: Random, runs: ReadonlyMap<string, GrowingRun>) {
    const [first = '', ...others] = runs.keys();
    this.ids = [first, ...others];
    this.#storage = storage;
    this.#random = random;
    this.#runs = runs;
  }

  /** How many lines its log has, or is about to have. */
  linesIn(id: string): number {
    return this.#run(id).lines;
  }

  /** How many steps it has logged, or is about to; they count from 0. */
  stepsIn(id: string): number {
    return this.#run(id).steps;
  }

  /** All that was logged, the history too. */
  get totals(): { readonly lines: number; readonly events: number } {
    const runs = [...this.#runs.values()];
    return {
      lines: runs.reduce((sum, { lines }) => sum + lines, 0),
      events: runs.reduce((sum, { steps }) => sum + steps, 0),
    };
  }

  /** Each of them logs something, one is renamed, and a short run comes or goes. */
  async grow(): Promise<void> {
    const tick = this.#ticks++;
    for (const [id, run] of this.#runs) {
      const [lines, steps] = [1 + this.#random.below(3), this.#random.below(3)];
      run.lines += lines;
      run.steps += steps;
      await this.#append(join(run.directory, 'logs.txt'), linesOf(id, run.lines - lines + 1, lines));
      await this.#append(join(run.directory, 'events.jsonl'), eventsOf(run.steps - steps, steps));
    }
    const { directory } = this.#run(this.#random.element(this.ids));
    await writeFile(join(directory, 'meta.json.tmp'), JSON.stringify(metaOf(tick)));
    await rename(join(directory, 'meta.json.tmp'), join(directory, 'meta.json'));
    if (tick % 8 === 0) await this.#storage.addRun('passing', { path: 'soak/passing', ...RUNNING });
    if (tick % 8 === 4) await this.removePassing();
  }

  /** Leaves only the runs that were there from the start: others have watches of their own. */
  async removePassing(): Promise<void> {
    await rm(join(this.#storage.root, 'runs/soak/passing'), { recursive: true, force: true });
  }

  /** At once, or in two pieces that are cut within a line. */
  async #append(path: string, text: string): Promise<void> {
    const cut = this.#random.chance(0.2) ? this.#random.below(text.length >> 1) : 0;
    if (cut > 0) await appendFile(path, text.slice(0, cut));
    await appendFile(path, text.slice(cut));
  }

  #run(id: string): GrowingRun {
    const run = this.#runs.get(id);
    if (run === undefined) throw new RangeError(`there is no run ${id}`);
    return run;
  }
}

function metaOf(tick: number): object {
  return { created_at: START, hostname: 'elsewhere', pid: 1, alias: `alias ${tick}` };
}

function linesOf(run: string, first: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `${lineOf(run, first + i)}\n`).join('');
}

function eventsOf(first: number, count: number): string {
  const events = Array.from({ length: count }, (_, i) => {
    const step = first + i;
    return metricsEvent(step, { loss: lossAt(step), 'val/accuracy': step / 1e6, lr: 0.001, stage: `s${step >> 10}` });
  });
  return eventLines(events);
}
