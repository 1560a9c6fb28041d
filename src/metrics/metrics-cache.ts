import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LRUCache } from 'lru-cache';
import { DataUnreadable, Overloaded, RunTooLarge, StorageTimeout } from '../errors.ts';
import { SharedTask } from '../shared-task.ts';
import type { StorageBounds } from '../storage/files.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isExhaustionCode } from '../system-error.ts';
import { AnswerCache } from './answers/answer-cache.ts';
import { frameBytes } from './answers/frame.ts';
import { type AnswerCounts, CacheCounts, type Cost } from './cache-counts.ts';
import { extendRun, type HeldRun, noMetrics, weigh } from './held-run.ts';
import { awaitStorage } from './reading/answering.ts';
import { type Excess, readEventsFile } from './reading/events-file.ts';
import { provesUnchanged } from './reading/file-mark.ts';
import type { PrintedPosition } from './reading/position-print.ts';
import { ReadingBudget } from './reading/reading-budget.ts';
import { RowChunks } from './rows/row-chunks.ts';
import type { Answers, AnswerTools, RunMetrics } from './run-metrics.ts';
import { MOST_COLUMNS } from './table/chunk-builder.ts';
import { WorkerPool } from './worker-pool.ts';

export interface CacheStats extends AnswerCounts {
  /** Runs held, and how many may be. */
  readonly size: number;
  readonly maxSize: number;
  /** What runs and answers take in memory, and how much they may. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Runs that were dropped to make room. */
  readonly evictions: number;
}

export interface CacheLimits {
  readonly maxRuns: number;
  readonly maxBytes: number;
}

/** What of the memory is for tables, for the bodies of REST, for frames, and for what has changed in them. */
const SHARE_OF_TABLES = 14 / 16;
const SHARE_OF_BODIES = 1 / 16;
const SHARE_OF_FRAMES = 3 / 64;
const SHARE_OF_CHANGES = 1 / 64;

/**
 * A file that is larger than the memory for its table by this factor is not read at all: events take a third of what their
 * lines do, and to find out would take minutes.
 */
const MOST_TIMES_LARGER = 16;

/** So many are remembered. */
const MOST_REFUSALS = 1000;

/** A file that holds too much, and what of. */
interface Refusal extends Pick<BigIntStats, 'ino' | 'size'> {
  readonly excess: Excess;
}

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
  readonly #bounds: StorageBounds;
  readonly #limits: CacheLimits;
  readonly #tableBytes: number;
  readonly #entries: LRUCache<string, HeldRun>;
  readonly #answers: Answers;
  readonly #pool = new WorkerPool();
  readonly #budget: ReadingBudget;
  /** The files that were too much, as they were seen then. */
  readonly #refused = new LRUCache<string, Refusal>({ max: MOST_REFUSALS });
  /** The files that requests wait for. */
  readonly #waited = new Map<string, { readonly update: SharedTask<Update>; requests: number }>();
  readonly #counts = new CacheCounts();
  #evictions = 0;

  constructor(bounds: StorageBounds, limits: CacheLimits) {
    this.#bounds = bounds;
    const share = (of: number) => Math.ceil(limits.maxBytes * of);
    this.#limits = limits;
    this.#tableBytes = share(SHARE_OF_TABLES);
    this.#entries = new LRUCache({
      max: limits.maxRuns,
      maxSize: this.#tableBytes,
      sizeCalculation: weigh,
      dispose: (_entry, _file, reason) => {
        if (reason === 'evict') this.#evictions++;
      },
    });
    this.#budget = new ReadingBudget(this.#tableBytes, (bytes) => {
      while (this.#entries.size > 0 && this.#entries.calculatedSize + bytes > this.#tableBytes) this.#entries.pop();
    });
    this.#answers = {
      bodies: new AnswerCache(share(SHARE_OF_BODIES), ({ byteLength }) => byteLength),
      frames: new AnswerCache(share(SHARE_OF_FRAMES), frameBytes),
      changes: new AnswerCache(share(SHARE_OF_CHANGES), ({ frame, removed }) => frameBytes(frame) + removed.byteLength),
    };
  }

  /**
   * The metrics in an events file, with everything that was written before the call. A missing file holds none.
   *
   * @param tellCost told what the answer cost; nothing where there is no file
   * @throws DataUnreadable
   * @throws RunTooLarge
   * @throws StorageTimeout
   * @throws Overloaded
   */
  async read(file: string, tellCost?: (cost: Cost) => void): Promise<RunMetrics> {
    const update = await this.#updateShared(file);
    if (update.cost !== null) {
      this.#counts.add(update.cost);
      tellCost?.(update.cost);
      update.cost = 'hit';
    }
    return update.metrics;
  }

  /** The same for who asks again and again of its own accord: counts as no answer. */
  async current(file: string): Promise<RunMetrics> {
    return (await this.#updateShared(file)).metrics;
  }

  /** Whether what lies before a position in the file is still there as it was. Throws StorageTimeout. */
  async holds(file: string, { inode, offset, print }: PrintedPosition): Promise<boolean> {
    await awaitStorage(file, this.#bounds);
    return this.#pool.run('holds', { file, bounds: this.#bounds, position: { inode, offset, print } });
  }

  async #updateShared(file: string): Promise<Update> {
    const waited = this.#waited.get(file) ?? { update: new SharedTask(() => this.#update(file)), requests: 0 };
    this.#waited.set(file, waited);
    waited.requests++;
    try {
      return await waited.update.get();
    } finally {
      waited.requests--;
      if (waited.requests === 0) this.#waited.delete(file);
    }
  }

  async #update(file: string): Promise<Update> {
    const entry = this.#entries.get(file);
    const stats = await look(file);
    if (entry !== undefined && stats !== undefined && provesUnchanged(stats, entry.state.mark)) {
      return { metrics: entry.answer, cost: 'hit' };
    }
    const refused = this.#refused.get(file);
    if (refused !== undefined && stats?.ino === refused.ino && stats.size >= refused.size) {
      throw this.#excessive(file, refused.excess);
    }
    if (Number(stats?.size ?? 0) > this.#tableBytes * MOST_TIMES_LARGER) return this.#refuse(file, stats, 'tooLarge');
    const held = entry?.finished.table.bytes ?? 0;
    const room = { appended: this.#tableBytes - held, whole: this.#tableBytes, budget: this.#budget };
    const result = await readEventsFile(this.#pool, { file, bounds: this.#bounds, since: entry?.state ?? null }, room);
    switch (result.outcome) {
      case 'unchanged': {
        if (entry === undefined) throw new TypeError('a file that was never read cannot be unchanged');
        this.#keep(file, { ...entry, state: result.state });
        return { metrics: entry.answer, cost: 'hit' };
      }
      case 'appended':
      case 'whole': {
        const before = result.outcome === 'appended' ? entry : undefined;
        const updated = await extendRun(before, result.state, result.read, () => this.#tools(file));
        const { bytes, columns } = updated.answer.table;
        if (columns.length > MOST_COLUMNS) return this.#refuse(file, stats, 'tooWide');
        if (bytes > this.#tableBytes) return this.#refuse(file, stats, 'tooLarge');
        this.#keep(file, updated);
        return { metrics: updated.answer, cost: result.outcome === 'appended' ? 'incremental' : 'miss' };
      }
      case 'tooLarge':
      case 'tooWide':
        return this.#refuse(file, stats, result.outcome);
      case 'missing':
        this.#entries.delete(file);
        return { metrics: noMetrics(this.#tools(file)), cost: null };
      case 'unreadable':
        if (isExhaustionCode(result.reason)) throw new Overloaded(result.reason);
        this.#entries.delete(file);
        throw new DataUnreadable(file, result.reason);
    }
  }

  #keep(file: string, entry: HeldRun): void {
    // Better made again for each answer than that the run itself is not kept.
    if (weigh(entry) > this.#tableBytes) entry.tools.rowChunks.forget();
    // A copy: the size of a value that is there already is not asked for again.
    this.#entries.set(file, { ...entry });
  }

  /** Remembers that the file is too much, so that it is not read again before it is another one. */
  #refuse(file: string, stats: BigIntStats | undefined, excess: Excess): never {
    this.#entries.delete(file);
    if (stats !== undefined) this.#refused.set(file, { ino: stats.ino, size: stats.size, excess });
    throw this.#excessive(file, excess);
  }

  #excessive(file: string, excess: Excess): RunTooLarge {
    if (excess === 'tooWide') {
      return new RunTooLarge(`${basename(file)} has more than ${MOST_COLUMNS} columns, the most that a run may have`);
    }
    const room = Math.floor(this.#tableBytes / 1024 / 1024);
    return new RunTooLarge(
      `${basename(file)} needs more than the ${room} MiB of memory that --cache-size leaves for a run`,
    );
  }

  #tools(file: string): AnswerTools {
    const rowChunks = new RowChunks(this.#pool, () => {
      const entry = this.#entries.peek(file);
      if (entry?.tools.rowChunks === rowChunks) this.#keep(file, entry);
    });
    return { pool: this.#pool, answers: this.#answers, rowChunks };
  }

  stats(): CacheStats {
    const { bodies, frames, changes } = this.#answers;
    return {
      size: this.#entries.size,
      maxSize: this.#limits.maxRuns,
      bytes: this.#entries.calculatedSize + bodies.bytes + frames.bytes + changes.bytes,
      maxBytes: this.#limits.maxBytes,
      evictions: this.#evictions,
      ...this.#counts.get(),
    };
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** Of whatever else keeps the file from being looked at here, the reader gives account. Throws StorageTimeout. */
async function look(file: string): Promise<BigIntStats | undefined> {
  try {
    return await storageCalls.run(dirname(file), () => stat(file, { bigint: true }));
  } catch (error) {
    if (error instanceof StorageTimeout) throw error;
    return undefined;
  }
}
