import { type Axis, LiveRowsDocument, RunPlacesDocument } from '../../api/generated/graphql.ts';
import { QueryError, query } from '../../api/query.ts';
import { subscribe } from '../../api/subscription.ts';
import type { LiveEvent } from './metric-delta.ts';

/** Columns that are asked for within this time are asked for together. */
const GATHERING_MS = 100;

type Watcher = (event: LiveEvent) => void;

/**
 * What happens in a run that trains, for all who watch one of its columns, by one subscription. Whoever watches and then
 * asks for rows misses nothing: the subscription goes on from a cursor that is older than the answer. What it tells may be
 * older than the answer too; then it tells the newer as well.
 */
export class LiveRun {
  readonly #runId: string;
  readonly #axis: Axis;
  readonly #onReset: () => void;
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** Behind what was told; null while there is none. */
  #cursor: string | null = null;
  /** Where a column that is not followed yet has to be followed from. */
  #from: string | null = null;
  #start: Promise<boolean> | null = null;
  #following: { readonly columns: ReadonlySet<string>; readonly stopped: AbortController } | null = null;
  #isGathering = false;

  /** @param onReset called when the rows are others than those that were told */
  constructor(runId: string, axis: Axis, onReset: () => void) {
    this.#runId = runId;
    this.#axis = axis;
    this.#onReset = onReset;
  }

  /**
   * Resolves when columns can be watched from the present on; with false where they cannot, since the gateway refuses any
   * rows of the run. Rejects with a QueryError.
   */
  ready(): Promise<boolean> {
    this.#start ??= this.#findPlace().catch((error: unknown) => {
      this.#start = null;
      throw error;
    });
    return this.#start;
  }

  async #findPlace(): Promise<boolean> {
    const { compareRuns } = await query(RunPlacesDocument, { runIds: [this.#runId], axis: this.#axis });
    const result = compareRuns[0]?.result;
    if (result?.__typename !== 'MetricFrame') {
      this.#start = null;
      return false;
    }
    this.#cursor = result.cursor;
    if (this.#watchers.size > 0) this.#gather();
    return true;
  }

  /** Tells what happens in a column from now on; call it when ready. @returns what ends that */
  watch(column: string, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(column) ?? new Set();
    this.#watchers.set(column, watchers.add(watcher));
    if (!this.#following?.columns.has(column)) {
      this.#from ??= this.#cursor;
      this.#gather();
    }
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0 || this.#watchers.get(column) !== watchers) return;
      this.#watchers.delete(column);
      this.#gather();
    };
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => {
      this.#isGathering = false;
      void this.#follow();
    }, GATHERING_MS);
  }

  async #follow(): Promise<void> {
    this.#following?.stopped.abort();
    this.#following = null;
    // Whoever watches later begins later.
    if (this.#watchers.size === 0) return this.#lose();
    this.#cursor = this.#from ?? this.#cursor;
    this.#from = null;
    if (this.#cursor === null) return this.#void();
    const columns = [...this.#watchers.keys()];
    const stopped = new AbortController();
    this.#following = { columns: new Set(columns), stopped };
    try {
      await this.#tellAll(columns, stopped.signal);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      // It meets those who ask for rows too, and is shown there.
      if (!stopped.signal.aborted) this.#void();
    }
  }

  async #tellAll(columns: readonly string[], stopped: AbortSignal): Promise<void> {
    const variables = () => ({
      runId: this.#runId,
      axis: this.#axis,
      columns: [...columns],
      after: this.#cursor ?? '',
    });
    for await (const { metrics } of subscribe(LiveRowsDocument, variables, stopped)) {
      if (stopped.aborted) return;
      if (metrics.__typename === 'StreamReset') return this.#void();
      this.#cursor = metrics.__typename === 'MetricDelta' ? metrics.frame.cursor : metrics.cursor;
      // Those who watch further columns are told nothing before the subscription that has them.
      for (const column of columns) this.#tell(column, metrics);
      if (metrics.__typename === 'StreamEnd') {
        this.#watchers.clear();
        this.#lose();
      }
    }
  }

  #tell(column: string, event: LiveEvent): void {
    for (const watcher of this.#watchers.get(column) ?? []) watcher(event);
  }

  /** All rows have to be asked for anew. The stream would tell them again too, but never sampled. */
  #void(): void {
    this.#lose();
    for (const column of this.#watchers.keys()) this.#tell(column, { __typename: 'StreamReset', cursor: '' });
    this.#onReset();
  }

  #lose(): void {
    this.#following?.stopped.abort();
    this.#following = null;
    [this.#cursor, this.#from, this.#start] = [null, null, null];
  }
}
