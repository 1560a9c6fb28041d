import { Cells } from './cells.ts';
import { AXES, type Axis, type ChunkColumn } from './chunk.ts';
import type { RowColumn } from './row-set.ts';
import { stableOrder } from './stable-order.ts';
import type { Table } from './table.ts';

const NO_ROW = 0xffff_ffff;

/** What each axis is called where it is a column. On the time axis a logged `time` is no column: it is the axis. */
export const AXIS_COLUMN: Readonly<Record<Axis, string>> = { step: 'global_step', time: 'time' };

/** The views of the tables in use: made when first asked for, and gone with their table. */
const views = new WeakMap<Table, Map<Axis, AxisView>>();

/** The rows of a table along an axis. */
export function viewOf(table: Table, axis: Axis): AxisView {
  const ofTable = views.get(table) ?? new Map<Axis, AxisView>();
  views.set(table, ofTable);
  const view = ofTable.get(axis) ?? new AxisView(table, axis);
  ofTable.set(axis, view);
  return view;
}

/** The most that the views of a table hold beside it: a row for each event, and a key for each row. */
export function viewBytes(table: Table): number {
  const unordered = AXES.filter((axis) => !isAscending(table, axis));
  return unordered.length * table.events * (Uint32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT);
}

/** A table's rows along one axis: one row a step or a timestamp, ascending. */
export class AxisView {
  readonly rows: number;
  /** The columns that the view's events show, in file order. */
  readonly columnNames: ReadonlySet<string>;
  readonly #table: Table;
  readonly #axis: Axis;
  /** Each event's row, NO_ROW where it has none; null: event i is row i. */
  readonly #rowOfEvent: Uint32Array<ArrayBuffer> | null;
  /** Each row's key; null: each event's key is that of its row. */
  readonly #keys: Float64Array<ArrayBuffer> | null;

  constructor(table: Table, axis: Axis) {
    this.#table = table;
    this.#axis = axis;
    const shown = [...table.columns.values()].filter(({ shownBy }) => shownBy[axis]).map(({ name }) => name);
    this.columnNames = new Set(shown.filter((name) => name !== AXIS_COLUMN[axis]));
    if (isAscending(table, axis)) {
      this.rows = table.events;
      this.#rowOfEvent = null;
      this.#keys = null;
    } else {
      const { keys, rowOfEvent } = mergeRows(eventKeys(table, axis));
      this.rows = keys.length;
      this.#rowOfEvent = rowOfEvent;
      this.#keys = keys;
    }
  }

  /** The axis value of every row, as served: steps, or seconds since the earliest timestamp. A copy. */
  x(): Float64Array<ArrayBuffer> {
    const x = this.#keys?.slice() ?? eventKeys(this.#table, this.#axis);
    if (this.#axis === 'time') {
      const origin = x[0];
      for (let i = 0; i < x.length; i++) x[i] = (x[i] - origin) / 1e6;
    }
    return x;
  }

  /** @returns null where no event of the run shows such a column */
  column(name: string): RowColumn | null {
    if (!this.columnNames.has(name)) return null;
    const parts = this.#parts(name);
    return this.#rowOfEvent === null && parts.every((part) => part?.holds.onlyFinite)
      ? this.#concatenate(name, parts)
      : this.#gather(name, parts);
  }

  #parts(name: string): (ChunkColumn | undefined)[] {
    return this.#table.chunks.map((chunk) => chunk.columns.get(name));
  }

  /** The common case: every event is a row and has a finite number. */
  #concatenate(name: string, parts: readonly (ChunkColumn | undefined)[]): RowColumn {
    const cells = Cells.over(new Float64Array(this.rows));
    let at = 0;
    for (const part of parts) {
      if (part === undefined) continue;
      cells.copyAll(Cells.over(part.numbers), at);
      at += part.numbers.length;
    }
    return { name, rows: null, cells, onlyFinite: true };
  }

  #gather(name: string, parts: readonly (ChunkColumn | undefined)[]): RowColumn {
    const capacity = parts.reduce((sum, part) => sum + (part?.numbers.length ?? 0), 0);
    const rows = new Uint32Array(capacity);
    const cells = Cells.ofLength(capacity);
    let count = 0;
    let firstEvent = 0;
    for (const [i, part] of parts.entries()) {
      if (part !== undefined) {
        const source = Cells.over(part.numbers);
        for (let c = 0; c < source.length; c++) {
          const event = firstEvent + (part.events === null ? c : part.events[c]);
          const row = this.#rowOfEvent === null ? event : this.#rowOfEvent[event];
          if (row === NO_ROW || source.kind(c) === 'missing') continue;
          rows[count] = row;
          cells.copy(count++, source, c);
        }
      }
      firstEvent += this.#table.chunks[i].events;
    }
    return mergeCells(name, rows.subarray(0, count), cells.slice(0, count), this.rows);
  }
}

function isAscending(table: Table, axis: Axis): boolean {
  let previous = Number.NEGATIVE_INFINITY;
  for (const { axes } of table.chunks) {
    const { keys, ascending, highest } = axes[axis];
    if (!ascending || !(keys[0] > previous)) return false;
    previous = highest;
  }
  return true;
}

/** Each event's key in file order, NaN for none. */
function eventKeys(table: Table, axis: Axis): Float64Array<ArrayBuffer> {
  const keys = new Float64Array(table.events);
  let at = 0;
  for (const { axes, events } of table.chunks) {
    keys.set(axes[axis].keys, at);
    at += events;
  }
  return keys;
}

/** Gives the events of one key one row, rows ascending by key. */
function mergeRows(ofEvents: Float64Array): {
  keys: Float64Array<ArrayBuffer>;
  rowOfEvent: Uint32Array<ArrayBuffer>;
} {
  const order = stableOrder(ofEvents);
  const rowOfEvent = new Uint32Array(ofEvents.length).fill(NO_ROW);
  const keys = new Float64Array(order.length);
  let rows = 0;
  for (const event of order) {
    if (rows === 0 || ofEvents[event] !== keys[rows - 1]) keys[rows++] = ofEvents[event];
    rowOfEvent[event] = rows - 1;
  }
  return { keys: keys.slice(0, rows), rowOfEvent };
}

/** One cell a row, that of the latest event; explicit nulls have overwritten what they do and go. */
function mergeCells(name: string, rows: Uint32Array<ArrayBuffer>, cells: Cells, rowCount: number): RowColumn {
  const order = stableOrder(rows);
  const keptRows = new Uint32Array(order.length);
  const keptCells = Cells.ofLength(order.length);
  let kept = 0;
  for (let i = 0; i < order.length; i++) {
    const cell = order[i];
    const isLast = i + 1 === order.length || rows[order[i + 1]] !== rows[cell];
    if (!isLast || cells.kind(cell) === 'null') continue;
    keptRows[kept] = rows[cell];
    keptCells.copy(kept++, cells, cell);
  }
  return {
    name,
    rows: kept === rowCount ? null : keptRows.slice(0, kept),
    cells: keptCells.slice(0, kept),
    onlyFinite: false,
  };
}
