import { AXIS_COLUMN, viewOf } from './axis-view.ts';
import type { Axis } from './chunk.ts';
import { CellCursor, chooseRows, type RowColumn, type RowSet } from './row-set.ts';
import type { Table } from './table.ts';
import type { TextDictionary } from './text-dictionary.ts';

const SLICE_LENGTH = 64 * 1024;

/** Columns that REST does not show; the steps are the axis. */
const HIDDEN: ReadonlySet<string> = new Set(['epoch']);

/** A run's metrics as the rows of the REST interface. */
export interface MetricRows {
  readonly rowCount: number;
  /** Rows before downsampling. */
  readonly totalCount: number;
  readonly lastStep: number | null;
  /** The body `{"columns", "rows", "total", "sampled"}` as JSON, piece by piece. */
  json(): Iterable<string>;
}

/** @param downsample at least 3 rows wanted; null for all */
export function metricRows(table: Table, axis: Axis, downsample: number | null): MetricRows {
  const view = viewOf(table, axis);
  const names = view.rows === 0 ? [] : [...view.columnNames].filter((name) => !HIDDEN.has(name));
  const rowCount = Math.min(view.rows, downsample ?? view.rows);
  return {
    rowCount,
    totalCount: view.rows,
    lastStep: table.lastStep,
    *json() {
      const columns = view.rows === 0 ? [] : [AXIS_COLUMN[axis], ...names];
      const cells = names.map((name) => view.column(name)).filter((column) => column !== null);
      const rowSet: RowSet = { x: view.x(), columns: cells };
      yield `{"columns":${JSON.stringify(columns)},"rows":[`;
      yield* rowsJson(rowSet, columns, chooseRows(rowSet, downsample), table.texts);
      yield `],"total":${view.rows},"sampled":${rowCount}}`;
    },
  };
}

function* rowsJson(
  { x, columns }: RowSet,
  names: readonly string[],
  chosen: Uint32Array | null,
  texts: TextDictionary,
): Generator<string> {
  // Written by hand: an object literal would move names like "0" to the front and swallow "__proto__".
  const keys = names.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const cells = columns.map((column) => cellWriter(column, texts));
  let slice = '';
  const count = chosen?.length ?? x.length;
  for (let i = 0; i < count; i++) {
    const row = chosen === null ? i : chosen[i];
    if (i > 0) slice += ',';
    slice += `${keys[0]}${x[row]}`;
    for (let c = 0; c < cells.length; c++) slice += keys[c + 1] + cells[c](row);
    slice += '}';
    if (slice.length >= SLICE_LENGTH) {
      yield slice;
      slice = '';
    }
  }
  if (slice !== '') yield slice;
}

/** Writes one column's cells, for ascending rows. */
function cellWriter(column: RowColumn, texts: TextDictionary): (row: number) => string {
  const { cells } = column;
  const cursor = new CellCursor(column);
  return (row) => {
    const cell = cursor.find(row);
    if (cell < 0) return 'null';
    switch (cells.kind(cell)) {
      case 'number':
        return numberJson(cells.numbers[cell]);
      case 'boolean':
        return String(cells.boolean(cell));
      case 'text':
        return JSON.stringify(texts.textOf(cells.textCode(cell)));
      default:
        return 'null';
    }
  };
}

/** The shortest form that reads back the same; null for what JSON cannot say. */
function numberJson(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
