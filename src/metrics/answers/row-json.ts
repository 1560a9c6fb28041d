import { CellCursor } from '../rows/cell-cursor.ts';
import type { RowSelection } from '../rows/row-selection.ts';
import { AXIS_COLUMN } from '../rows/row-view.ts';

/** A column as it is served. */
export interface NamedColumn {
  readonly id: number;
  readonly name: string;
}

/** The JSON of rows, one object each, without the brackets around them: the axis first, then every column. */
export function rowsJson(rows: RowSelection, columns: readonly NamedColumn[]): string {
  // Written by hand: an object literal would move names like "0" to the front and swallow "__proto__".
  const axisKey = `{${JSON.stringify(AXIS_COLUMN[rows.view.axis])}:`;
  const keys = columns.map(({ name }) => `,${JSON.stringify(name)}:`);
  const cells = columns.map(({ id }) => cellWriter(rows, id));
  const x = rows.x();
  let json = '';
  for (let place = 0; place < x.length; place++) {
    const row = rows.rowAt(place);
    json += place > 0 ? `,${axisKey}${x[place]}` : `${axisKey}${x[place]}`;
    for (let c = 0; c < cells.length; c++) json += keys[c] + cells[c](row);
    json += '}';
  }
  return json;
}

/** Writes one column's cells, for ascending rows. */
function cellWriter({ view, from, to }: RowSelection, id: number): (row: number) => string {
  const cursor = new CellCursor(view.column(id), from, to);
  return (row) => {
    const cell = cursor.find(row);
    if (cell < 0) return 'null';
    const { chunk } = cursor;
    const { cells } = chunk;
    const value = cells.numbers[cell];
    // The shortest form that reads back the same.
    if (Number.isFinite(value)) return String(value);
    switch (cells.kind(cell)) {
      case 'boolean':
        return String(cells.boolean(cell));
      case 'text':
        return JSON.stringify(chunk.text(cells.textCode(cell)));
      default:
        // JSON cannot say NaN or infinity.
        return 'null';
    }
  };
}
