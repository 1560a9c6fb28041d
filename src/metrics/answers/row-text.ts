import { CellCursor } from '../rows/cell-cursor.ts';
import type { RowSelection } from '../rows/row-selection.ts';
import { AXIS_COLUMN } from '../rows/row-view.ts';
import type { Axis } from '../table/axis.ts';
import type { RowFormat, Value, Values } from './row-format.ts';

/** A column as it is served. */
export interface NamedColumn {
  readonly id: number;
  readonly name: string;
}

/** Written at a time: the text of more rows would pass through slower memory. */
const SLICE_CELLS = 2048;
const FEWEST_ROWS = 16;

/** The names of the columns that a row has: the axis first. */
export function rowNames(axis: Axis, columns: readonly NamedColumn[]): readonly string[] {
  return [AXIS_COLUMN[axis], ...columns.map(({ name }) => name)];
}

/** The text of rows in UTF-8, without what stands before and behind all of them. */
export function rowsText(
  rows: RowSelection,
  columns: readonly NamedColumn[],
  format: RowFormat,
): Uint8Array<ArrayBuffer> {
  const names = rowNames(rows.view.axis, columns);
  const write = format.writer(names);
  const x = rows.x();
  const readers = columns.map(({ id }) => valueReader(rows, id));
  const slice = Math.max(FEWEST_ROWS, Math.floor(SLICE_CELLS / names.length));
  const texts: Uint8Array[] = [];
  for (let from = 0; from < x.length; from += slice) {
    const to = Math.min(from + slice, x.length);
    const values: Values = [Array.from(x.subarray(from, to)), ...readers.map((read) => read(from, to))];
    texts.push(write(values));
  }
  return join(texts, Buffer.from(format.between));
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
    case 'number':
      return value;
    default:
      return null;
  }
}

/** An array of its own, so that its memory can be handed over. */
function join(parts: readonly Uint8Array[], between: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + between.length + part.length, 0);
  const whole = new Uint8Array(Math.max(0, length - between.length));
  let at = 0;
  for (const part of parts) {
    if (at > 0) {
      whole.set(between, at);
      at += between.length;
    }
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
