import type { RunChange } from './pending-events.ts';
import type { RunCatalog } from './run-catalog.ts';
import type { RunCondition } from './run-filter.ts';
import type { RunRecord } from './run-record.ts';

/** For so long after a first change others are waited for: a run that begins makes a directory and writes several files. */
const GATHER_MS = 20;
/** So many times as long as a look took there is none, that looking takes a tenth of the time. */
const REST = 9;
/** Changes that are told at a stretch. */
const SLICE = 500;

export interface WatchListener {
  changed(changes: readonly RunChange[]): void;
  warn(message: string): void;
}

/**
 * Tells how the list of a catalog changes, each time that it does. Has it made anew when a change was announced, and as
 * often as is needed to see those that are not: the death of a process, and all that happens where the system tells of
 * nothing.
 */
export class RunWatch {
  readonly #catalog: RunCatalog;
  readonly #listener: WatchListener;
  readonly #stopHearing: () => void;
  #stopTaking = () => {};
  /** As the listener was told of them. */
  readonly #known = new Map<string, RunRecord>();
  #learning = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #plannedAt = Number.POSITIVE_INFINITY;
  #restsUntil = 0;
  #isLooking = false;
  #isBehind = false;
  #isFailing = false;
  #isClosed = false;
  /** Resolves when the runs that were there first are known; the listener is told what changes from then on. */
  readonly begun: Promise<void>;

  constructor(catalog: RunCatalog, listener: WatchListener) {
    this.#catalog = catalog;
    this.#listener = listener;
    this.#stopHearing = catalog.onAnnouncement(() => this.#hear());
    this.begun = this.#begin();
  }

  /** How many of the runs, as the listener knows them, meet the condition. */
  count(condition: RunCondition): number {
    let count = 0;
    for (const run of this.#known.values()) if (condition(run)) count += 1;
    return count;
  }

  close(): void {
    this.#isClosed = true;
    this.#stopHearing();
    this.#stopTaking();
    clearTimeout(this.#timer);
  }

  async #begin(): Promise<void> {
    await this.#catalog.list();
    if (this.#isClosed) return;
    // The last that anyone was given: whoever asks from now on misses no change of what he is given.
    for (const run of this.#catalog.lastList) this.#known.set(run.id, run);
    this.#stopTaking = this.#catalog.onList((runs) => {
      this.#learning = this.#learning.then(() => this.#learn(runs));
    });
    this.#planLook(0);
  }

  #hear(): void {
    if (this.#isLooking) this.#isBehind = true;
    else this.#planLook(Math.max(GATHER_MS, this.#restsUntil - performance.now()));
  }

  /** Plans to look in `ms`, unless that is planned for an earlier time. */
  #planLook(ms: number): void {
    const at = performance.now() + ms;
    if (this.#isClosed || at >= this.#plannedAt) return;
    clearTimeout(this.#timer);
    this.#plannedAt = at;
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#plannedAt = Number.POSITIVE_INFINITY;
    this.#isBehind = false;
    this.#isLooking = true;
    const begunAt = performance.now();
    try {
      await this.#catalog.listNow();
      await this.#learning;
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing && !this.#isClosed) this.#listener.warn(`cannot see which runs changed: ${String(error)}`);
      this.#isFailing = true;
    }
    this.#isLooking = false;
    this.#planNext(performance.now() - begunAt);
  }

  /** @param tookMs how long the last look took */
  #planNext(tookMs: number): void {
    const remainingMs = this.#catalog.maxAge - tookMs;
    const restMs = Math.max(tookMs, Math.min(tookMs * REST, remainingMs));
    this.#restsUntil = performance.now() + restMs;
    this.#planLook(Math.max(restMs, remainingMs));
    if (this.#isBehind) this.#hear();
  }

  async #learn(runs: readonly RunRecord[]): Promise<void> {
    const gone = new Map(this.#known);
    const changes: RunChange[] = [];
    for (const after of runs) {
      const before = this.#known.get(after.id);
      gone.delete(after.id);
      if (before === after) continue;
      this.#known.set(after.id, after);
      changes.push({ id: after.id, before, after });
      if (changes.length === SLICE) await this.#tell(changes.splice(0));
    }
    for (const [id, before] of gone) {
      this.#known.delete(id);
      changes.push({ id, before, after: undefined });
      if (changes.length === SLICE) await this.#tell(changes.splice(0));
    }
    await this.#tell(changes);
  }

  /** Tells all that is known and was not told, and lets others have a turn. */
  async #tell(changes: readonly RunChange[]): Promise<void> {
    if (this.#isClosed || changes.length === 0) return;
    this.#listener.changed(changes);
    await new Promise(setImmediate);
  }
}
