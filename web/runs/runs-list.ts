import { signal } from '@preact/signals';
import type { Order } from '../address/order.ts';
import { FollowRunsDocument, type RunFilter, RunsPageDocument } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { subscribe } from '../api/subscription.ts';
import { appendPage, type LoadedRuns, mayHaveMoved, NOTHING_LOADED, replaceRun } from './loaded-runs.ts';

/** Which runs, and what of them. */
export interface Question {
  readonly filter: RunFilter;
  readonly order: Order;
  /** Whether hyperparameters and summaries are asked for, which may be large. */
  readonly withValues: boolean;
}

const PAGE = 500;
const PAGE_WITH_VALUES = 200;
/** Runs that come one after the other are asked for together. */
const GATHER_MS = 400;
/** Long enough for the eye. */
const NEW_FOR_MS = 4000;

/** A list of runs that is loaded as far as it is looked at, and kept up to date. */
export class RunsList {
  readonly question: Question;
  /** Null until the first answer. Never less than it was: what is old stays until what is new is there. */
  readonly loaded = signal<LoadedRuns | null>(null);
  /** Why what is loaded is not what was asked for; null while all is well. */
  readonly error = signal<unknown>(null);
  /** The ids of runs that came just now. */
  readonly added = signal<ReadonlySet<string>>(new Set());
  readonly #stopped = new AbortController();
  /** The row behind the last one that is looked at. */
  #end = 1;
  #isOutdated = true;
  #isLoading = false;
  #isFollowing = false;
  #gathering: ReturnType<typeof setTimeout> | undefined;

  constructor(question: Question) {
    this.question = question;
  }

  start(): void {
    this.retry();
  }

  stop(): void {
    clearTimeout(this.#gathering);
    this.#stopped.abort();
  }

  /** Has the rows before `end` loaded, if there are so many. */
  need(end: number): void {
    this.#end = end;
    if (this.error.peek() === null) void this.#load();
  }

  /** Asks anew. */
  retry(): void {
    this.#isOutdated = true;
    this.error.value = null;
    void this.#load();
    if (!this.#isFollowing) void this.#follow();
  }

  /** One request after the other, until there is what is looked at. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      for (;;) {
        const loaded = this.loaded.peek() ?? NOTHING_LOADED;
        if (this.#isOutdated) this.loaded.value = await this.#loadAnew();
        else if (this.#isShort(loaded)) this.loaded.value = await this.#loadPage(loaded);
        else return;
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.error.value = error;
    } finally {
      this.#isLoading = false;
    }
  }

  /** As far as is looked at, before any of it is shown. */
  async #loadAnew(): Promise<LoadedRuns> {
    this.#isOutdated = false;
    let loaded = NOTHING_LOADED;
    do loaded = await this.#loadPage(loaded);
    while (this.#isShort(loaded));
    return loaded;
  }

  async #loadPage(behind: LoadedRuns): Promise<LoadedRuns> {
    const { filter, order, withValues } = this.question;
    const first = withValues ? PAGE_WITH_VALUES : PAGE;
    const variables = { filter, order, withValues, first, ...(behind.cursor !== null && { after: behind.cursor }) };
    const { runs } = await query(RunsPageDocument, variables, this.#stopped.signal);
    return appendPage(behind, runs);
  }

  #isShort(loaded: LoadedRuns): boolean {
    return loaded.cursor !== null && loaded.runs.length < this.#end;
  }

  async #follow(): Promise<void> {
    const { filter, order, withValues } = this.question;
    const variables = () => ({ filter, withValues });
    this.#isFollowing = true;
    try {
      for await (const { runs: event } of subscribe(FollowRunsDocument, variables, this.#stopped.signal)) {
        switch (event.__typename) {
          case 'StreamStart':
            this.retry();
            break;
          case 'RunAdded':
            this.#markAdded(event.run.runId);
            this.#reloadSoon();
            break;
          case 'RunRemoved':
            this.#reloadSoon();
            break;
          case 'RunChanged': {
            const loaded = this.loaded.peek() ?? NOTHING_LOADED;
            const before = loaded.runs.find(({ runId }) => runId === event.run.runId);
            if (before) this.loaded.value = replaceRun(loaded, event.run);
            // An answer that is on its way may be older.
            if (this.#isLoading || mayHaveMoved(before, event.run, order)) this.#reloadSoon();
            break;
          }
          default:
            event satisfies never;
        }
      }
    } catch (error) {
      this.error.value = error;
    } finally {
      this.#isFollowing = false;
    }
  }

  #reloadSoon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.retry();
    }, GATHER_MS);
  }

  #markAdded(runId: string): void {
    this.added.value = new Set([...this.added.peek(), runId]);
    setTimeout(() => {
      this.added.value = new Set([...this.added.peek()].filter((id) => id !== runId));
    }, NEW_FOR_MS);
  }
}
