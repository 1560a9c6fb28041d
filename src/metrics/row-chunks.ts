import { AXES, type Axis, Chunk } from './chunk.ts';
import { asItIs, isSamePart, partsOf, type RowPart } from './row-parts.ts';
import { bytesOf } from './table.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A part whose events had to be merged or put in order. */
interface MergedPart {
  readonly part: RowPart;
  readonly chunks: readonly Chunk[];
}

/**
 * The rows of a growing table along its axes, as chunks: its own, where their events are in order, else others, which
 * threads make of them. What was made for a table serves for longer ones too, as far as they share it.
 */
export class RowChunks {
  readonly #pool: WorkerPool;
  readonly #onMerged: () => void;
  readonly #merged: Record<Axis, readonly MergedPart[]> = { step: [], time: [] };

  /** @param onMerged is called when `bytes` may have changed */
  constructor(pool: WorkerPool, onMerged: () => void) {
    this.#pool = pool;
    this.#onMerged = onMerged;
  }

  /** What the chunks that were made take in memory. */
  get bytes(): number {
    return bytesOf(AXES.flatMap((axis) => this.#merged[axis].flatMap(({ chunks }) => chunks)));
  }

  /** @param chunks of a table */
  async of(chunks: readonly Chunk[], axis: Axis): Promise<readonly Chunk[]> {
    const known = this.#merged[axis];
    const merged: MergedPart[] = [];
    const parts = partsOf(chunks, axis).map(async (part) => {
      const itself = asItIs(part);
      if (itself !== null) return [itself];
      const made = known.find((other) => isSamePart(other.part, part)) ?? { part, chunks: await this.#merge(part) };
      merged.push(made);
      return made.chunks;
    });
    const rows = (await Promise.all(parts)).flat();
    if (known.length + merged.length > 0) {
      this.#merged[axis] = merged;
      this.#onMerged();
    }
    return rows;
  }

  /** Gives their memory back. */
  forget(): void {
    for (const axis of AXES) this.#merged[axis] = [];
  }

  async #merge({ axis, sources, after, upTo }: RowPart): Promise<readonly Chunk[]> {
    const buffers = await this.#pool.run('merge', { axis, after, upTo, buffers: sources.map(({ buffer }) => buffer) });
    return buffers.map((buffer) => new Chunk(buffer));
  }
}
