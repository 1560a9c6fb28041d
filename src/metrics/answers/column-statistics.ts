import { isWanted } from '../rows/row-selection.ts';
import type { CellStretch, RowView } from '../rows/row-view.ts';

/** What the rows of a view hold of one column; a message between threads, so nothing but data. */
export interface ColumnStatistics {
  /** Rows in which it has a value: NaN and infinities are values, a null is none. */
  readonly count: number;
  /** The least and the greatest finite number; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** The number in the last row that has one, be it NaN or infinite; null where none has. */
  readonly last: number | null;
}

/** @param id of the column */
export function columnStatistics(view: RowView, id: number): ColumnStatistics {
  const stretches = view.column(id).cells(0, view.rows);
  // The stretches are whole columns of chunks, of which the range is known.
  return {
    count: stretches.reduce((sum, stretch) => sum + valuesIn(stretch), 0),
    min: finite(stretches.reduce((min, { column }) => Math.min(min, column.lowest), Number.POSITIVE_INFINITY)),
    max: finite(stretches.reduce((max, { column }) => Math.max(max, column.highest), Number.NEGATIVE_INFINITY)),
    last: lastNumber(stretches),
  };
}

function valuesIn({ column, from, to }: CellStretch): number {
  if (column.isFinite) return to - from;
  const { cells } = column.chunk;
  let values = 0;
  for (let cell = from; cell < to; cell++) if (isWanted(cells, cell, 'value')) values++;
  return values;
}

function lastNumber(stretches: readonly CellStretch[]): number | null {
  for (const { column, from, to } of stretches.toReversed()) {
    const { cells } = column.chunk;
    for (let cell = to - 1; cell >= from; cell--) if (isWanted(cells, cell, 'number')) return cells.numbers[cell];
  }
  return null;
}

function finite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}
