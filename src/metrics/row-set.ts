import { Cells } from './cells.ts';
import { jointLttb, type Points } from './lttb.ts';

/** What a client may ask for when it asks for fewer rows than there are. */
export const FEWEST_POINTS = 100;
export const MOST_POINTS = 50_000;

/**
 * One column along an axis: the cells of the rows that have a value (a number, NaN and infinities included, a text or a
 * boolean).
 */
export interface RowColumn {
  readonly name: string;
  /** The row of each cell, ascending; null: cell i is that of row i, and every row has one. */
  readonly rows: Uint32Array<ArrayBuffer> | null;
  readonly cells: Cells;
  /** Known to be finite numbers all; where false they may be too. */
  readonly onlyFinite: boolean;
}

/** Rows along an axis: the x of each, ascending, and columns over them. */
export interface RowSet {
  readonly x: Float64Array<ArrayBuffer>;
  readonly columns: readonly RowColumn[];
}

/** The rows whose x lies in [from, to], both included. */
export function rowsBetween({ x, columns }: RowSet, from: number, to: number): RowSet {
  const first = firstIndex(x.length, (row) => x[row] >= from);
  const end = Math.max(
    first,
    firstIndex(x.length, (row) => x[row] > to),
  );
  return {
    x: x.subarray(first, end),
    columns: columns.map(({ name, rows, cells, onlyFinite }) => {
      if (rows === null) return { name, rows, cells: cells.slice(first, end), onlyFinite };
      const a = firstIndex(rows.length, (cell) => rows[cell] >= first);
      const b = firstIndex(rows.length, (cell) => rows[cell] >= end);
      const kept = rows.slice(a, b).map((row) => row - first);
      return { name, rows: kept.length === end - first ? null : kept, cells: cells.slice(a, b), onlyFinite };
    }),
  };
}

/** The rows in which at least one column has a value. */
export function rowsWithValues({ x, columns }: RowSet): RowSet {
  if (columns.some(({ rows }) => rows === null)) return { x, columns };
  const hasValue = new Uint8Array(x.length);
  for (const { rows } of columns) for (const row of rows ?? []) hasValue[row] = 1;
  const newRows = new Uint32Array(x.length);
  const keptX = new Float64Array(x.length);
  let kept = 0;
  for (let row = 0; row < x.length; row++) {
    newRows[row] = kept;
    if (hasValue[row] === 1) keptX[kept++] = x[row];
  }
  return {
    x: keptX.slice(0, kept),
    columns: columns.map((column) => ({
      ...column,
      rows: column.rows === null || column.rows.length === kept ? null : column.rows.map((row) => newRows[row]),
    })),
  };
}

/** A column of only those cells for which `keep` holds. */
export function cellsWhere(column: RowColumn, keep: (cells: Cells, cell: number) => boolean): RowColumn {
  const { name, rows, cells } = column;
  const keptRows = new Uint32Array(cells.length);
  const keptCells = Cells.ofLength(cells.length);
  let kept = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    if (!keep(cells, cell)) continue;
    keptRows[kept] = rows === null ? cell : rows[cell];
    keptCells.copy(kept++, cells, cell);
  }
  if (kept === cells.length) return column;
  return { name, rows: keptRows.slice(0, kept), cells: keptCells.slice(0, kept), onlyFinite: false };
}

/** Chooses rows for all columns together (Joint LTTB). @param wanted at least 3 @returns null for all rows */
export function chooseRows({ x, columns }: RowSet, wanted: number | null): Uint32Array | null {
  if (wanted === null || x.length <= wanted) return null;
  const points = columns.map((column) => finitePoints(x, column));
  return jointLttb(x.length, points, wanted);
}

function finitePoints(x: Float64Array, column: RowColumn): Points {
  const { rows, cells } = column.onlyFinite
    ? column
    : cellsWhere(column, ({ numbers }, at) => Number.isFinite(numbers[at]));
  return { rows, x: rows === null ? x : Float64Array.from(rows, (row) => x[row]), y: cells.numbers };
}

/** Finds the cells of ascending rows, in one walk over a column. */
export class CellCursor {
  readonly #rows: Uint32Array | null;
  #at = 0;

  constructor({ rows }: RowColumn) {
    this.#rows = rows;
  }

  /** @param row not less than the one asked before @returns the index of its cell; -1 where it has none */
  find(row: number): number {
    const rows = this.#rows;
    if (rows === null) return row;
    while (this.#at < rows.length && rows[this.#at] < row) this.#at++;
    return rows[this.#at] === row ? this.#at : -1;
  }
}

/** The first index in [0, count) for which the monotone `holds` does; `count` where there is none. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
