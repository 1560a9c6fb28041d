import type { Cells } from '../table/cells.ts';
import { pointsOf } from './column-points.ts';
import { jointLttb, type RowSequence } from './joint-lttb.ts';
import { type RowView, rowOf, type ViewColumn } from './row-view.ts';

/** What a client may ask for when it asks for fewer rows than there are. */
export const FEWEST_POINTS = 100;
export const MOST_POINTS = 50_000;

/** The rows of a view that an answer is made of: all in a range, or some of them. */
export class RowSelection implements RowSequence {
  readonly view: RowView;
  /** All of them lie in [from, to). */
  readonly from: number;
  readonly to: number;
  /** Null: all rows of the range. */
  readonly #rows: Uint32Array | null;

  constructor(view: RowView, from: number, to: number, rows: Uint32Array | null) {
    this.view = view;
    this.from = from;
    this.to = to;
    this.#rows = rows;
  }

  get count(): number {
    return this.#rows?.length ?? this.to - this.from;
  }

  rowAt(place: number): number {
    if (this.#rows === null) return this.from + place;
    return place < this.#rows.length ? this.#rows[place] : this.to;
  }

  xBetween(from: number, to: number): Float64Array {
    return this.view.xBetween(from, to);
  }

  /** The x of every row: an array of its own. */
  x(): Float64Array<ArrayBuffer> {
    if (this.#rows === null) return new Float64Array(this.view.xBetween(this.from, this.to));
    const x = new Float64Array(this.#rows.length);
    for (let place = 0; place < x.length; place++) x[place] = this.view.x(this.#rows[place]);
    return x;
  }
}

export function allRows(view: RowView): RowSelection {
  return rowsAt(view, 0, view.rows);
}

/** The rows in [from, to). */
export function rowsAt(view: RowView, from: number, to: number): RowSelection {
  return new RowSelection(view, from, to, null);
}

/** @param rows ascending */
export function rowsOf(view: RowView, rows: Uint32Array): RowSelection {
  return rows.length === 0 ? rowsAt(view, 0, 0) : new RowSelection(view, rows[0], rows[rows.length - 1] + 1, rows);
}

/** The rows whose x lies in [from, to], both included. */
export function rowsBetween(view: RowView, from: number, to: number): RowSelection {
  const first = view.firstAtOrAfter(from);
  return rowsAt(view, first, Math.max(first, view.firstAfter(to)));
}

/** What a cell must hold to count: any value (a null is none), a number, NaN and infinities included, or a label. */
export type Wanted = 'value' | 'number' | 'label';

/** Of the rows in a range those in which one of the columns has what is wanted. */
export function rowsWith(
  { view, from, to }: RowSelection,
  columns: readonly ViewColumn[],
  wanted: Wanted,
): RowSelection {
  const isKept = new Uint8Array(to - from);
  for (const column of columns) {
    for (const stretch of column.cells(from, to)) {
      const { column: of } = stretch;
      if (of.isFinite && wanted !== 'label') {
        isKept.fill(1, Math.max(stretch.start, from) - from, Math.min(stretch.end, to) - from);
        continue;
      }
      const { cells } = of.chunk;
      for (let cell = stretch.from; cell < stretch.to; cell++) {
        if (isWanted(cells, cell, wanted)) isKept[rowOf(stretch, cell) - from] = 1;
      }
    }
  }
  const count = isKept.reduce((sum, kept) => sum + kept, 0);
  if (count === to - from) return rowsAt(view, from, to);
  const rows = new Uint32Array(count);
  let place = 0;
  for (let i = 0; i < isKept.length; i++) if (isKept[i] === 1) rows[place++] = from + i;
  return new RowSelection(view, from, to, rows);
}

export function isWanted(cells: Cells, cell: number, wanted: Wanted): boolean {
  const kind = cells.kind(cell);
  if (kind === 'missing' || kind === 'null') return false;
  return wanted === 'value' || (kind === 'number') === (wanted === 'number');
}

/** Chooses rows for all columns together (Joint LTTB). @param wanted at least 3; null for all */
export function chooseRows(rows: RowSelection, columns: readonly ViewColumn[], wanted: number | null): RowSelection {
  if (wanted === null || rows.count <= wanted) return rows;
  const { view, from, to } = rows;
  const points = columns.map((column) => pointsOf(view, column, from, to)).filter((found) => found !== null);
  return new RowSelection(view, from, to, jointLttb(rows, points, wanted));
}
