import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LRUCache } from 'lru-cache';
import { DataUnreadable } from '../errors.ts';
import { SharedTask } from '../shared-task.ts';
import { viewBytes } from './axis-view.ts';
import { provesUnchanged } from './file-mark.ts';
import type { EventsRead, SkippedLine } from './read-events.ts';
import type { ReadState } from './read-worker.ts';
import { ReaderPool } from './reader-pool.ts';
import { Table } from './table.ts';

/** A run's metrics as they stood at one moment, and what was read to know them. Never changes. */
export interface RunMetrics {
  readonly table: Table;
  readonly ingest: IngestReport;
}

export interface IngestReport {
  /** Bytes of the file that were read. */
  readonly bytes: number;
  readonly events: number;
  readonly skippedLines: number;
  readonly firstSkipped: SkippedLine | null;
}

export interface CacheStats {
  /** Runs held, and how many may be. */
  readonly size: number;
  readonly maxSize: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Requests that found the file unchanged; that read all of it; that read only what was appended. */
  readonly hits: number;
  readonly misses: number;
  readonly incrementalUpdates: number;
  /** Shares of all three together; 0 before the first request. */
  readonly hitRate: number;
  readonly incrementalRate: number;
}

export interface CacheLimits {
  readonly maxRuns: number;
  readonly maxBytes: number;
}

/** What is kept of a run: its finished lines, and the answer, which adds a last line that has no end yet. */
interface Entry {
  readonly state: ReadState;
  readonly finished: RunMetrics;
  readonly answer: RunMetrics;
}

type Cost = 'hit' | 'miss' | 'incremental';

/** The outcome of one look at a file; whoever of those that waited for it comes first bears the cost. */
interface Update {
  readonly metrics: RunMetrics;
  /** Null where there is no file. */
  cost: Cost | null;
}

/**
 * Runs' metrics in memory, kept up to date with their growing files at the cost of what was appended. Bounded by a
 * number of runs and of bytes; the least recently used go first.
 */
export class MetricsCache {
  readonly #limits: CacheLimits;
  readonly #entries: LRUCache<string, Entry>;
  readonly #pool = new ReaderPool();
  /** The files that requests wait for. */
  readonly #waited = new Map<string, { readonly update: SharedTask<Update>; requests: number }>();
  readonly #counts: Record<Cost, number> = { hit: 0, miss: 0, incremental: 0 };

  constructor(limits: CacheLimits) {
    this.#limits = limits;
    this.#entries = new LRUCache({
      max: limits.maxRuns,
      maxSize: limits.maxBytes,
      sizeCalculation: ({ answer: { table } }) => Math.max(1, table.bytes + viewBytes(table)),
    });
  }

  /**
   * The metrics in an events file, with everything that was written before the call. A missing file holds none.
   *
   * @throws DataUnreadable
   */
  async read(file: string): Promise<RunMetrics> {
    const waited = this.#waited.get(file) ?? { update: new SharedTask(() => this.#update(file)), requests: 0 };
    this.#waited.set(file, waited);
    waited.requests++;
    try {
      const update = await waited.update.get();
      if (update.cost !== null) {
        this.#counts[update.cost]++;
        update.cost = 'hit';
      }
      return update.metrics;
    } finally {
      waited.requests--;
      if (waited.requests === 0) this.#waited.delete(file);
    }
  }

  async #update(file: string): Promise<Update> {
    const entry = this.#entries.get(file);
    if (entry !== undefined && (await isUntouched(file, entry))) return { metrics: entry.answer, cost: 'hit' };
    const result = await this.#pool.read({ file, since: entry?.state ?? null });
    switch (result.outcome) {
      case 'unchanged': {
        if (entry === undefined) throw new TypeError('a file that was never read cannot be unchanged');
        this.#entries.set(file, { ...entry, state: result.state });
        return { metrics: entry.answer, cost: 'hit' };
      }
      case 'appended':
      case 'whole': {
        const before = result.outcome === 'appended' && entry !== undefined ? entry.finished : nothing();
        const updated = extend(before, result.state, result.read);
        this.#entries.set(file, updated);
        return { metrics: updated.answer, cost: result.outcome === 'appended' ? 'incremental' : 'miss' };
      }
      case 'missing':
        this.#entries.delete(file);
        return { metrics: nothing(), cost: null };
      case 'unreadable':
        this.#entries.delete(file);
        throw new DataUnreadable(`${basename(file)} cannot be read: ${result.why}`);
    }
  }

  stats(): CacheStats {
    const { hit, miss, incremental } = this.#counts;
    const all = hit + miss + incremental;
    return {
      size: this.#entries.size,
      maxSize: this.#limits.maxRuns,
      bytes: this.#entries.calculatedSize,
      maxBytes: this.#limits.maxBytes,
      hits: hit,
      misses: miss,
      incrementalUpdates: incremental,
      hitRate: all === 0 ? 0 : hit / all,
      incrementalRate: all === 0 ? 0 : incremental / all,
    };
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** Only a proof counts: of whatever keeps the file from being looked at here, the reader gives account. */
async function isUntouched(file: string, { state }: Entry): Promise<boolean> {
  try {
    return provesUnchanged(await stat(file, { bigint: true }), state.mark);
  } catch {
    return false;
  }
}

function nothing(): RunMetrics {
  return { table: Table.empty(), ingest: { bytes: 0, events: 0, skippedLines: 0, firstSkipped: null } };
}

function extend({ table, ingest }: RunMetrics, state: ReadState, read: EventsRead): Entry {
  const longer = table.append(read.chunks);
  const finished = {
    table: longer,
    ingest: {
      bytes: state.mark.size,
      events: longer.events,
      skippedLines: ingest.skippedLines + read.skippedLines,
      firstSkipped: ingest.firstSkipped ?? read.firstSkipped,
    },
  };
  if (read.provisional === null) return { state, finished, answer: finished };
  const answered = longer.append([read.provisional]);
  return { state, finished, answer: { table: answered, ingest: { ...finished.ingest, events: answered.events } } };
}
