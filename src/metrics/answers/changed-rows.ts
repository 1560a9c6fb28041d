import { CellCursor } from '../rows/cell-cursor.ts';
import { isWanted, type RowSelection, rowsOf } from '../rows/row-selection.ts';
import type { RowView, ViewColumn } from '../rows/row-view.ts';
import type { Axis } from '../table/axis.ts';
import type { Chunk } from '../table/chunk.ts';
import {
  type FloatSeries,
  type FrameColumn,
  type FrameRows,
  floatValues,
  type Gaps,
  mostListedOf,
  type NonFinitePoint,
} from './frame.ts';
import { changesAmong, type LabelSeries, labelValues } from './label-series.ts';

/** What may have changed the rows of a view since someone got them. */
export interface ChangeSource {
  /** The events of the table, in the order of the file: those in [from, to) came since. */
  readonly table: readonly Chunk[];
  readonly from: number;
  readonly to: number;
  /** The key of an event that was got and may have been retracted; null where there is none. */
  readonly doubtful: number | null;
}

/** The rows that have changed; a message between threads, so nothing but data. */
export interface ChangedRows {
  /** The rows that have a value, as they are now. */
  readonly rows: FrameRows;
  /** The x of those that had one and have none any more, ascending. */
  readonly removed: Float64Array<ArrayBuffer>;
}

/** @param columns those wanted @param showAll whether those without a value in these rows are shown */
export function changedRows(
  view: RowView,
  source: ChangeSource,
  columns: readonly FrameColumn[],
  showAll: boolean,
): ChangedRows {
  const selected = columns.map((column) => ({ ...column, cells: view.column(column.id) }));
  const allCells = selected.map(({ cells }) => cells);
  const touched = touchedKeys(view.axis, source);
  const rows = touched.map((key) => view.rowWith(key));
  const hasValue = rowsHolding(view, allCells, rows);
  const kept = Uint32Array.from(rows.filter((_, place) => hasValue[place] === 1));
  const empty = touched.filter((_, place) => hasValue[place] === 0);
  const held = keysHeld(view.axis, source, allCells, empty);
  return {
    rows: rowsAt(view, kept, selected, showAll),
    removed: empty.filter((key) => held.has(key)).map((key) => view.xOf(key)),
  };
}

/** The keys of the rows that are to be looked at, ascending, each once. */
function touchedKeys(axis: Axis, { table, from, to, doubtful }: ChangeSource): Float64Array<ArrayBuffer> {
  const keys = doubtful === null ? [] : [doubtful];
  forEventsBetween(table, from, to, (chunk, event) => keys.push(chunk.axes[axis].keys[event]));
  return Float64Array.from(new Set(keys.filter((key) => !Number.isNaN(key)))).toSorted();
}

/** For each of some rows, -1 for none, whether a column has a value there. @param rows ascending */
function rowsHolding(view: RowView, columns: readonly ViewColumn[], rows: Float64Array): Uint8Array {
  const hasValue = new Uint8Array(rows.length);
  for (const column of columns) {
    const cursor = new CellCursor(column, 0, view.rows);
    for (let place = 0; place < rows.length; place++) {
      if (rows[place] < 0) continue;
      const cell = cursor.find(rows[place]);
      if (cell >= 0 && isWanted(cursor.chunk.cells, cell, 'value')) hasValue[place] = 1;
    }
  }
  return hasValue;
}

/** Which of some keys had a value before: an event that was got already gave it one. */
function keysHeld(
  axis: Axis,
  { table, from, doubtful }: ChangeSource,
  columns: readonly ViewColumn[],
  keys: Float64Array,
): ReadonlySet<number> {
  const held = new Set<number>();
  if (keys.length === 0) return held;
  const wanted = new Set(keys);
  if (doubtful !== null && wanted.has(doubtful)) held.add(doubtful);
  const ids = columns.map(({ id }) => id);
  let first = 0;
  for (const chunk of table) {
    const until = Math.min(chunk.events, from - first);
    const { keys: ofEvents, lowest, highest } = chunk.axes[axis];
    first += chunk.events;
    if (until <= 0 || lowest > keys[keys.length - 1] || highest < keys[0]) continue;
    for (let event = 0; event < until; event++) {
      const key = ofEvents[event];
      if (wanted.has(key) && !held.has(key) && holdsValue(chunk, ids, event)) held.add(key);
    }
  }
  return held;
}

function holdsValue(chunk: Chunk, ids: readonly number[], event: number): boolean {
  return ids.some((id) => {
    const column = chunk.column(id);
    if (column === undefined) return false;
    const cell = column.cellAt(event);
    return cell < column.to && column.eventOf(cell) === event && isWanted(chunk.cells, cell, 'value');
  });
}

function forEventsBetween(
  table: readonly Chunk[],
  from: number,
  to: number,
  visit: (chunk: Chunk, event: number) => void,
): void {
  let first = 0;
  for (const chunk of table) {
    const until = Math.min(chunk.events, to - first);
    for (let event = Math.max(0, from - first); event < until; event++) visit(chunk, event);
    first += chunk.events;
  }
}

function rowsAt(
  view: RowView,
  kept: Uint32Array,
  columns: readonly (FrameColumn & { readonly cells: ViewColumn })[],
  showAll: boolean,
): FrameRows {
  const x = Float64Array.from(kept, (row) => view.x(row));
  const rows = rowsOf(view, kept);
  const sample = { rows, x };
  const listed = mostListedOf(columns.length);
  const series: FloatSeries[] = [];
  const labels: LabelSeries[] = [];
  for (const { name, cells, ...holds } of columns) {
    if (holds.numbers || !holds.labels) {
      const gaps = gapsAt(cells, rows);
      if (showAll || gaps.missingCount < kept.length) {
        series.push({ name, derivedFrom: null, ...floatValues(cells, sample), ...gaps });
      }
    }
    if (holds.labels) {
      const found = labelValues(cells, sample);
      const { changeCount, changes } = changesAmong(found, listed);
      if (showAll || changeCount > 0) labels.push({ name, ...found, changeCount, changes });
    }
  }
  return { x, series, labels, rowCount: kept.length, totalCount: kept.length };
}

/** In how many of the rows a column has no number, and where it has one that is not finite: all of them. */
function gapsAt(column: ViewColumn, rows: RowSelection): Gaps {
  const cursor = new CellCursor(column, rows.from, rows.to);
  const nonFinite: NonFinitePoint[] = [];
  let missingCount = 0;
  for (let place = 0; place < rows.count; place++) {
    const row = rows.rowAt(place);
    const cell = cursor.find(row);
    if (cell < 0 || !isWanted(cursor.chunk.cells, cell, 'number')) {
      missingCount++;
      continue;
    }
    const value = cursor.chunk.cells.numbers[cell];
    if (!Number.isFinite(value)) nonFinite.push({ x: rows.view.x(row), value });
  }
  return { missingCount, nonFiniteCount: nonFinite.length, nonFinite };
}
