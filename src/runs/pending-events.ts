import type { RunCondition } from './run-filter.ts';
import type { RunRecord } from './run-record.ts';

/** What became of a run: it came (nothing before), went (nothing after), or is not as it was. */
export interface RunChange {
  readonly id: string;
  readonly before: RunRecord | undefined;
  readonly after: RunRecord | undefined;
}

/** What can be asked for from now on, and the events that follow, leave no gap between them. */
export interface StreamStart {
  readonly type: 'start';
}

/** A run meets the condition that did not. */
export interface RunAdded {
  readonly type: 'added';
  readonly run: RunRecord;
}

/** A run that meets the condition is not as it was. */
export interface RunChanged {
  readonly type: 'changed';
  readonly run: RunRecord;
}

/** A run that met the condition does not, or is not there any more. */
export interface RunRemoved {
  readonly type: 'removed';
  readonly id: string;
}

/** What one who follows the runs that meet a condition is told. */
export type RunEvent = StreamStart | RunAdded | RunChanged | RunRemoved;

/** A run of which there is something to tell. */
interface Pending {
  /** Whether it met the condition when last told of. */
  readonly isKnown: boolean;
  /** As it is; undefined: it does not meet the condition, or is gone. */
  now: RunRecord | undefined;
}

/** If there is more to tell, it is better to ask anew. */
const MOST_PENDING = 10_000;

/**
 * What one follower of runs is yet to be told, who first is told that it begins. However long he takes: one event a run,
 * as it is when he takes it, and not more than there may be pending; then he is told to begin anew.
 *
 * A run that came and went meanwhile is told of, too: he may have asked in between, and think that it is there.
 */
export class PendingEvents {
  readonly #condition: RunCondition;
  readonly #pending = new Map<string, Pending>();
  #hasBegun = false;
  #wake: (() => void) | undefined;

  constructor(condition: RunCondition) {
    this.#condition = condition;
  }

  add(changes: readonly RunChange[]): void {
    for (const change of changes) this.#add(change);
    if (this.#pending.size > MOST_PENDING) this.#beginAnew();
    if (!this.#isEmpty) this.#wake?.();
  }

  /** The next event, that which has waited longest; undefined if there is none. */
  take(): RunEvent | undefined {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      return { type: 'start' };
    }
    for (const [id, { isKnown, now }] of this.#pending) {
      this.#pending.delete(id);
      if (now === undefined) return { type: 'removed', id };
      return { type: isKnown ? 'changed' : 'added', run: now };
    }
    return undefined;
  }

  /** Resolves when there is an event, or when aborted. For one who waits at a time. */
  async filled(signal: AbortSignal): Promise<void> {
    if (!this.#isEmpty || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }

  get #isEmpty(): boolean {
    return this.#hasBegun && this.#pending.size === 0;
  }

  #beginAnew(): void {
    this.#pending.clear();
    this.#hasBegun = false;
  }

  #add({ id, before, after }: RunChange): void {
    const now = this.#ifMeant(after);
    const pending = this.#pending.get(id);
    if (pending !== undefined) pending.now = now;
    else {
      const isKnown = this.#ifMeant(before) !== undefined;
      if (isKnown || now !== undefined) this.#pending.set(id, { isKnown, now });
    }
  }

  #ifMeant(run: RunRecord | undefined): RunRecord | undefined {
    return run !== undefined && this.#condition(run) ? run : undefined;
  }
}
