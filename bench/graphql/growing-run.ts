/** A run that is being written: each of its events says when it was appended, to whoever receives it. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformAt } from '../inputs/random.ts';

const SEED = 20_240_104;

/** The last is when the event was appended, by `monotonicMs`. */
export const LIVE_COLUMNS = ['train/loss', 'train/accuracy', 'train/learning_rate', 'appended_at'] as const;

export class GrowingRun {
  readonly id: string;
  readonly #directory: string;
  #steps = 0;

  /** Makes it in a storage root, with the events of steps [0, `steps`). */
  constructor(storage: string, id: string, steps: number) {
    this.id = id;
    this.#directory = join(storage, 'runs', id);
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, 'meta.json'), JSON.stringify({ id, hostname: 'elsewhere' }));
    this.#writeStatus('running');
    this.append(steps);
  }

  /** How many were appended: the next one. */
  get steps(): number {
    return this.#steps;
  }

  /** Appends the next events, all with one write. */
  append(count: number): void {
    const lines = Array.from({ length: count }, (_, i) => eventLine(this.#steps + i, monotonicMs()));
    appendFileSync(join(this.#directory, 'events.jsonl'), lines.join(''));
    this.#steps += count;
  }

  end(): void {
    this.#writeStatus('finished');
  }

  #writeStatus(status: 'running' | 'finished'): void {
    writeFileSync(join(this.#directory, 'status.json'), JSON.stringify({ status }));
  }
}

/** What the event of a step holds in all columns but the last. */
export function liveValues(step: number): readonly number[] {
  return LIVE_COLUMNS.slice(0, -1).map((_, column) => uniformAt(SEED + column, step));
}

/** Milliseconds by a clock that all processes of the machine share, and that nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function eventLine(step: number, appendedAt: number): string {
  const values = [...liveValues(step), appendedAt];
  const members = LIVE_COLUMNS.map((name, column) => `"${name}": ${values[column]}`);
  return `{"ts": ${Date.now() / 1000}, "type": "metrics", "data": {${members.join(', ')}, "global_step": ${step}}}\n`;
}
