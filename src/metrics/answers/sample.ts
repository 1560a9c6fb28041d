import type { RowSelection } from '../rows/row-selection.ts';

/** The rows at which columns are drawn. */
export interface Sample {
  readonly rows: RowSelection;
  readonly x: Float64Array<ArrayBuffer>;
}

export function sampleOf(rows: RowSelection): Sample {
  return { rows, x: rows.x() };
}
