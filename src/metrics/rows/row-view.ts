import type { Axis } from '../table/axis.ts';
import type { Chunk, ChunkColumn } from '../table/chunk.ts';
import { firstIndex } from '../table/search.ts';

/** What each axis is called where it is a column. On the time axis a logged `time` is no column: it is the axis. */
export const AXIS_COLUMN: Readonly<Record<Axis, string>> = { step: 'global_step', time: 'time' };

/** The rows of one chunk: [start, end). */
interface RowBlock {
  readonly chunk: Chunk;
  readonly keys: Float64Array;
  readonly start: number;
  readonly end: number;
}

/** Cells of consecutive rows, all from one chunk: [from, to) of its cells. */
export interface CellStretch {
  readonly column: ChunkColumn;
  readonly from: number;
  readonly to: number;
  /** The row of the chunk's first event, and the row behind its last. */
  readonly start: number;
  readonly end: number;
}

/** By number the columns that were made for a view: each alone in chunks of its own, one for each of the view's. */
export type DerivedColumns = ReadonlyMap<number, readonly Chunk[]>;

/** A table's rows along one axis: one row a step or a timestamp, ascending. */
export class RowView {
  readonly axis: Axis;
  readonly rows: number;
  readonly #blocks: readonly RowBlock[];
  /** The first key. */
  readonly #origin: number;
  readonly #derived: DerivedColumns;

  /**
   * @param chunks in the order of their keys: together they hold each key once, ascending
   * @param derived columns beside those of the chunks
   */
  constructor(chunks: readonly Chunk[], axis: Axis, derived: DerivedColumns = new Map()) {
    let end = 0;
    this.axis = axis;
    this.#derived = derived;
    this.#blocks = chunks.map((chunk) => {
      const start = end;
      end += chunk.events;
      return { chunk, keys: chunk.axes[axis].keys, start, end };
    });
    this.rows = end;
    this.#origin = this.#blocks[0]?.keys[0] ?? 0;
  }

  /** The axis value of a row, as served: a step, or seconds since the earliest timestamp. */
  x(row: number): number {
    return this.xOf(this.#keyAt(row));
  }

  /** The axis value that rows with that key are served with. */
  xOf(key: number): number {
    return this.axis === 'time' ? (key - this.#origin) / 1e6 : key;
  }

  /** The row that has that key; -1 where none has. */
  rowWith(key: number): number {
    const row = firstIndex(this.rows, (at) => this.#keyAt(at) >= key);
    return row < this.rows && this.#keyAt(row) === key ? row : -1;
  }

  /** The x of the rows in [from, to). Not to be written to. */
  xBetween(from: number, to: number): Float64Array {
    const parts: Float64Array[] = [];
    for (let block = this.#blockOf(from), row = from; row < to; block++) {
      const { keys, start, end } = this.#blocks[block];
      const until = Math.min(to, end);
      parts.push(keys.subarray(row - start, until - start));
      row = until;
    }
    if (this.axis === 'step' && parts.length === 1) return parts[0];
    const x = new Float64Array(to - from);
    let at = 0;
    for (const part of parts) {
      x.set(part, at);
      at += part.length;
    }
    if (this.axis === 'time') for (let i = 0; i < x.length; i++) x[i] = (x[i] - this.#origin) / 1e6;
    return x;
  }

  /** The first row whose x is `x` or greater; `rows` where there is none. */
  firstAtOrAfter(x: number): number {
    return firstIndex(this.rows, (row) => this.x(row) >= x);
  }

  /** The first row whose x is greater than `x`; `rows` where there is none. */
  firstAfter(x: number): number {
    return firstIndex(this.rows, (row) => this.x(row) > x);
  }

  column(id: number): ViewColumn {
    const derived = this.#derived.get(id);
    if (derived === undefined) return new ViewColumn(id, this.#blocks);
    return new ViewColumn(
      0,
      this.#blocks.map((block, i) => ({ ...block, chunk: derived[i] })),
    );
  }

  #keyAt(row: number): number {
    const { keys, start } = this.#blocks[this.#blockOf(row)];
    return keys[row - start];
  }

  #blockOf(row: number): number {
    return blockOf(this.#blocks, row);
  }
}

/** One column of a view. */
export class ViewColumn {
  readonly id: number;
  readonly #blocks: readonly RowBlock[];
  /** By block, null where it has no such column. Found when first needed: of very many columns that is much. */
  readonly #columns: (ChunkColumn | null | undefined)[] = [];

  constructor(id: number, blocks: readonly RowBlock[]) {
    this.id = id;
    this.#blocks = blocks;
  }

  /** The cells of the rows in [from, to), ascending; a row without a value has none, or one that is missing or null. */
  cells(from: number, to: number): CellStretch[] {
    const stretches: CellStretch[] = [];
    for (let block = blockOf(this.#blocks, from); block < this.#blocks.length; block++) {
      const { start, end } = this.#blocks[block];
      if (start >= to) break;
      const column = this.#in(block);
      if (column === null) continue;
      const first = column.cellAt(Math.max(from - start, 0));
      stretches.push({ column, from: first, to: column.cellAt(Math.min(to, end) - start), start, end });
    }
    return stretches;
  }

  #in(block: number): ChunkColumn | null {
    let column = this.#columns[block];
    if (column === undefined) {
      column = this.#blocks[block].chunk.column(this.id) ?? null;
      this.#columns[block] = column;
    }
    return column;
  }
}

/** The row of a cell. */
export function rowOf({ column, start }: CellStretch, cell: number): number {
  return start + column.eventOf(cell);
}

function blockOf(blocks: readonly RowBlock[], row: number): number {
  return firstIndex(blocks.length, (block) => blocks[block].end > row);
}
