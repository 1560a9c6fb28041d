import { AXES, type Axis } from '../table/axis.ts';
import { Chunk } from '../table/chunk.ts';
import { bytesOf } from '../table/table.ts';
import type { WorkerPool } from '../worker-pool.ts';
import { asItIs, isSamePart, partsOf, type RowPart } from './row-parts.ts';

type Chunks = readonly Chunk[];

/** A part whose events had to be merged or put in order. */
interface MergedPart {
  readonly part: RowPart;
  readonly chunks: Promise<Chunks>;
  /** Known when they are there. */
  bytes: number;
}

/**
 * The rows of a growing table along its axes, as chunks: its own, where their events are in order, else others, which
 * threads make of them. What was made for a table serves for longer ones too, as far as they share it.
 */
export class RowChunks {
  readonly #pool: WorkerPool;
  readonly #onMerged: () => void;
  readonly #merged: Record<Axis, readonly MergedPart[]> = { step: [], time: [] };
  /** What was asked for last. */
  readonly #latest = new Map<Axis, { readonly table: Chunks; readonly rows: Promise<Chunks> }>();

  /** @param onMerged is called when `bytes` may have changed */
  constructor(pool: WorkerPool, onMerged: () => void) {
    this.#pool = pool;
    this.#onMerged = onMerged;
  }

  /** What the chunks that were made take in memory. */
  get bytes(): number {
    return AXES.flatMap((axis) => this.#merged[axis]).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @param table its chunks */
  of(table: Chunks, axis: Axis): Promise<Chunks> {
    const latest = this.#latest.get(axis);
    if (latest?.table === table) return latest.rows;
    const rows = this.#make(table, axis);
    this.#latest.set(axis, { table, rows });
    return rows;
  }

  /** Gives their memory back. */
  forget(): void {
    for (const axis of AXES) this.#merged[axis] = [];
    this.#latest.clear();
  }

  async #make(table: Chunks, axis: Axis): Promise<Chunks> {
    const known = this.#merged[axis];
    const merged: MergedPart[] = [];
    const chunks = partsOf(table, axis).map((part) => {
      const itself = asItIs(part);
      if (itself !== null) return Promise.resolve([itself]);
      const made = known.find((other) => isSamePart(other.part, part)) ?? this.#merge(part);
      merged.push(made);
      return made.chunks;
    });
    this.#merged[axis] = merged;
    try {
      return (await Promise.all(chunks)).flat();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  #merge(part: RowPart): MergedPart {
    const { axis, sources, after, upTo } = part;
    const buffers = sources.map(({ buffer }) => buffer);
    const chunks = this.#pool.run('merge', { axis, after, upTo, buffers }).then((made) => {
      const merged = made.map((buffer) => new Chunk(buffer));
      mergedPart.bytes = bytesOf(merged);
      this.#onMerged();
      return merged;
    });
    const mergedPart: MergedPart = { part, chunks, bytes: 0 };
    return mergedPart;
  }
}
