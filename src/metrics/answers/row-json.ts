import { CellCursor } from '../rows/cell-cursor.ts';
import type { RowSelection } from '../rows/row-selection.ts';
import { AXIS_COLUMN } from '../rows/row-view.ts';

/** A column as it is served. */
export interface NamedColumn {
  readonly id: number;
  readonly name: string;
}

/** NaN and infinities among them, which JSON says as null. */
type Value = number | string | boolean | null;

/** Written at a time: the text of more rows would pass through slower memory. */
const SLICE_CELLS = 2048;
const FEWEST_ROWS = 16;

const COMMA = 0x2c;

/** Objects with more members than this are hash tables, which are slow to make and to write. */
const MOST_MEMBERS = 100;

/** The JSON of rows in UTF-8, one object each, without the brackets around them: the axis first, then every column. */
export function rowsJson(rows: RowSelection, columns: readonly NamedColumn[]): Uint8Array<ArrayBuffer> {
  const names = [AXIS_COLUMN[rows.view.axis], ...columns.map(({ name }) => name)];
  const writeRows = keepTheirOrder(names) ? byStringify(names) : byHand(names);
  const x = rows.x();
  const readers = columns.map(({ id }) => valueReader(rows, id));
  const slice = Math.max(FEWEST_ROWS, Math.floor(SLICE_CELLS / names.length));
  const encoder = new TextEncoder();
  const texts: Uint8Array[] = [];
  for (let from = 0; from < x.length; from += slice) {
    const to = Math.min(from + slice, x.length);
    const values: (readonly Value[])[] = [Array.from(x.subarray(from, to)), ...readers.map((read) => read(from, to))];
    const text = encoder.encode(writeRows(values));
    // What parts rows parts slices too.
    text[0] = COMMA;
    texts.push(text.subarray(from > 0 ? 0 : 1, -1));
  }
  return concat(texts);
}

/** Whether members of these names stay in this order in an object, and are members. */
function keepTheirOrder(names: readonly string[]): boolean {
  return names.length <= MOST_MEMBERS && !names.some((name) => /^\d+$/.test(name) || name === '__proto__');
}

/** Rows to JSON, in brackets. @param values of each column */
type WriteRows = (values: readonly (readonly Value[])[]) => string;

function byStringify(names: readonly string[]): WriteRows {
  // Used again for other rows: to make objects takes as long as to write them.
  const objects: Record<string, Value>[] = [];
  return (values) => {
    const rows = values[0].length;
    for (let row = 0; row < rows; row++) {
      objects[row] ??= {};
      for (let c = 0; c < names.length; c++) objects[row][names[c]] = values[c][row];
    }
    return JSON.stringify(rows === objects.length ? objects : objects.slice(0, rows));
  };
}

function byHand(names: readonly string[]): WriteRows {
  const keys = names.map((name, c) => `${c > 0 ? ',' : '{'}${JSON.stringify(name)}:`);
  return (values) => {
    const rows = Array.from(values[0], (_, row) => {
      let json = '';
      for (let c = 0; c < keys.length; c++) json += keys[c] + JSON.stringify(values[c][row]);
      return `${json}}`;
    });
    return `[${rows.join(',')}]`;
  };
}

/** Reads one column's values for the rows at the places [from, to), which ascend from call to call. */
function valueReader(rows: RowSelection, id: number): (from: number, to: number) => Value[] {
  const cursor = new CellCursor(rows.view.column(id), rows.from, rows.to);
  return (from, to) => {
    const values: Value[] = [];
    for (let place = from; place < to; place++) {
      const cell = cursor.find(rows.rowAt(place));
      values.push(cell < 0 ? null : valueIn(cursor, cell));
    }
    return values;
  };
}

function valueIn({ chunk }: CellCursor, cell: number): Value {
  const { cells } = chunk;
  const value = cells.numbers[cell];
  if (!Number.isNaN(value)) return value;
  switch (cells.kind(cell)) {
    case 'boolean':
      return cells.boolean(cell);
    case 'text':
      return chunk.text(cells.textCode(cell));
    default:
      return null;
  }
}

/** An array of its own, so that its memory can be handed over. */
function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
