import { once } from 'node:events';
import { Streams } from '../following/streams.ts';
import { PendingEvents, type RunEvent, type StreamStart } from './pending-events.ts';
import type { RunCatalog } from './run-catalog.ts';
import { conditionOf, type RunCondition, type RunFilter } from './run-filter.ts';
import { RunWatch } from './run-watch.ts';

/** What a follower is told; in the beginning, how many runs there are. */
export type FollowedRunEvent = Exclude<RunEvent, StreamStart> | RunStreamStart;

export interface RunStreamStart extends StreamStart {
  /** How many runs meet the filter, of those whose changes from then on are told. */
  readonly count: () => number;
}

/** Tells of runs that come, change and go: one watch for all who follow, and none where nobody does. */
export class RunFollower {
  readonly #catalog: RunCatalog;
  readonly #warn: (message: string) => void;
  readonly #streams = new Streams();
  /** What is to be told to each follower. */
  readonly #pending = new Set<PendingEvents>();
  #watch: RunWatch | undefined;

  /** `warn` is told if the runs cannot be looked at. */
  constructor(catalog: RunCatalog, warn: (message: string) => void) {
    this.#catalog = catalog;
    this.#warn = warn;
  }

  /**
   * What happens from now on to the runs that meet the filter. Pulled: a follower who sleeps is told, when he wakes, what
   * has changed since he was last told, and nothing of what was in between. Throws BadUserInput.
   */
  follow(filter: RunFilter | null | undefined): AsyncIterableIterator<FollowedRunEvent> {
    const condition = conditionOf(filter);
    return this.#streams.open((signal) => this.#events(condition, signal));
  }

  /** How many follow. */
  get followers(): number {
    return this.#streams.size;
  }

  /** Ends all streams, and those that begin later. */
  close(): void {
    this.#streams.close();
    this.#endWatch();
  }

  async *#events(condition: RunCondition, signal: AbortSignal): AsyncGenerator<FollowedRunEvent, void, undefined> {
    const pending = new PendingEvents(condition);
    this.#pending.add(pending);
    const watch = this.#share();
    try {
      await Promise.race([watch.begun, once(signal, 'abort')]);
      while (!signal.aborted) {
        const event = pending.take();
        if (event === undefined) await pending.filled(signal);
        else if (event.type === 'start') yield { ...event, count: () => watch.count(condition) };
        else yield event;
      }
    } finally {
      this.#pending.delete(pending);
      if (this.#pending.size === 0) this.#endWatch();
    }
  }

  #share(): RunWatch {
    this.#watch ??= new RunWatch(this.#catalog, {
      changed: (changes) => {
        for (const pending of this.#pending) pending.add(changes);
      },
      warn: this.#warn,
    });
    return this.#watch;
  }

  #endWatch(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }
}
