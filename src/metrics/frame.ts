import { viewOf } from './axis-view.ts';
import type { Cells } from './cells.ts';
import type { Axis } from './chunk.ts';
import {
  CellCursor,
  cellsWhere,
  chooseRows,
  type RowColumn,
  type RowSet,
  rowsBetween,
  rowsWithValues,
} from './row-set.ts';
import type { Table } from './table.ts';
import type { TextDictionary } from './text-dictionary.ts';

const MOST_NON_FINITE = 1000;

/** `shared`: one x for all series, aligned. `perSeries`: each series has its own x and is sampled by itself. */
type DownsampleMode = 'shared' | 'perSeries';

export interface FrameRequest {
  readonly axis: Axis;
  /** Null for all columns. */
  readonly columns: readonly string[] | null;
  /** In the axis's unit, both ends included; infinite where open. */
  readonly range: { readonly from: number; readonly to: number };
  /** At least 3; null for every row. */
  readonly points: number | null;
  readonly mode: DownsampleMode;
}

/** The answer to a request for selected columns: arrays a column, of one length with their x. */
export interface Frame {
  readonly axis: Axis;
  readonly missingColumns: readonly string[];
  /** Empty in mode `perSeries`. */
  readonly x: Float64Array;
  readonly series: readonly FloatSeries[];
  readonly labels: readonly LabelSeries[];
  /** Rows in the answer; in mode `perSeries` the points of the longest series. */
  readonly rowCount: number;
  /** Rows in the range in which a selected column has a value. */
  readonly totalCount: number;
  /** The highest step in the run. */
  readonly lastStep: number | null;
}

export interface FloatSeries {
  readonly name: string;
  readonly x: Float64Array;
  /** NaN where a row has no number, or none that is finite. */
  readonly values: Float64Array;
  /** How many of the frame's `totalCount` rows have no number here. */
  readonly missingCount: number;
  /** The NaNs and infinities of the range, sampled or not: the first 1000. */
  readonly nonFinite: readonly NonFinitePoint[];
}

export interface NonFinitePoint {
  readonly x: number;
  readonly value: number;
}

export interface LabelSeries {
  readonly name: string;
  readonly x: Float64Array;
  readonly values: readonly (string | null)[];
}

export function buildFrame(table: Table, { axis, columns, range, points, mode }: FrameRequest): Frame {
  const view = viewOf(table, axis);
  const names = [...new Set(columns ?? view.columnNames)];
  const selected = names.map((name) => view.column(name)).filter((column) => column !== null);
  const rows = rowsWithValues(rowsBetween({ x: view.x(), columns: selected }, range.from, range.to));
  const shared = mode === 'shared' ? sample(rows, points) : null;
  const curveOf = (column: RowColumn): Curve =>
    shared === null ? sampleAlone(rows.x, column, points) : { ...shared, column };

  const series: FloatSeries[] = [];
  const labels: LabelSeries[] = [];
  for (const column of rows.columns) {
    const summary = table.columns.get(column.name);
    // A column of which only nulls were seen is drawn as a curve without points.
    if (summary?.numbers || !summary?.labels) series.push(floatSeries(cellsWhere(column, isNumber), rows.x, curveOf));
    if (summary?.labels) labels.push(labelSeries(cellsWhere(column, isLabel), table.texts, curveOf));
  }
  return {
    axis,
    missingColumns: names.filter((name) => !view.columnNames.has(name)),
    x: shared?.x ?? new Float64Array(0),
    series,
    labels,
    rowCount: shared?.x.length ?? [...series, ...labels].reduce((longest, { x }) => Math.max(longest, x.length), 0),
    totalCount: rows.x.length,
    lastStep: table.lastStep,
  };
}

/** Rows chosen for an answer, null for all, and the x of those. */
interface Sample {
  readonly x: Float64Array;
  readonly chosen: Uint32Array | null;
}

/** A column and the rows at which it is drawn. */
interface Curve extends Sample {
  readonly column: RowColumn;
}

function sample(rows: RowSet, points: number | null): Sample {
  const chosen = chooseRows(rows, points);
  return { x: chosen === null ? rows.x : Float64Array.from(chosen, (row) => rows.x[row]), chosen };
}

/** A curve by itself: only the rows in which it has a value take part. */
function sampleAlone(x: Float64Array<ArrayBuffer>, column: RowColumn, points: number | null): Curve {
  const own = rowsWithValues({ x, columns: [column] });
  return { ...sample(own, points), column: own.columns[0] };
}

function floatSeries(numbers: RowColumn, allX: Float64Array, curveOf: (column: RowColumn) => Curve): FloatSeries {
  const curve = curveOf(numbers);
  const { cells } = curve.column;
  const values = new Float64Array(curve.x.length).fill(Number.NaN);
  forEachCell(curve, (at, cell) => {
    if (Number.isFinite(cells.numbers[cell])) values[at] = cells.numbers[cell];
  });
  return {
    name: numbers.name,
    x: curve.x,
    values,
    missingCount: allX.length - numbers.cells.length,
    nonFinite: nonFinitePoints(numbers, allX),
  };
}

function labelSeries(column: RowColumn, texts: TextDictionary, curveOf: (column: RowColumn) => Curve): LabelSeries {
  const curve = curveOf(column);
  const { cells } = curve.column;
  const values = Array.from<string | null>({ length: curve.x.length }).fill(null);
  forEachCell(curve, (at, cell) => {
    values[at] = cells.kind(cell) === 'text' ? texts.textOf(cells.textCode(cell)) : String(cells.boolean(cell));
  });
  return { name: column.name, x: curve.x, values };
}

/** Calls `visit` with the place in the answer and the cell of every row drawn in which the column has one. */
function forEachCell({ x, chosen, column }: Curve, visit: (at: number, cell: number) => void): void {
  const cursor = new CellCursor(column);
  for (let at = 0; at < x.length; at++) {
    const cell = cursor.find(chosen === null ? at : chosen[at]);
    if (cell >= 0) visit(at, cell);
  }
}

function nonFinitePoints({ rows, cells, onlyFinite }: RowColumn, x: Float64Array): NonFinitePoint[] {
  const points: NonFinitePoint[] = [];
  if (onlyFinite) return points;
  for (let cell = 0; cell < cells.length && points.length < MOST_NON_FINITE; cell++) {
    const value = cells.numbers[cell];
    if (!Number.isFinite(value)) points.push({ x: x[rows === null ? cell : rows[cell]], value });
  }
  return points;
}

function isNumber(cells: Cells, cell: number): boolean {
  return cells.kind(cell) === 'number';
}

function isLabel(cells: Cells, cell: number): boolean {
  return cells.kind(cell) !== 'number';
}
