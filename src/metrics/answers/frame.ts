import type { Derivation } from '../derived/derivation.ts';
import type { Recipe } from '../derived/derive-column.ts';
import { CellCursor } from '../rows/cell-cursor.ts';
import { chooseRows, isWanted, type RowSelection, rowsBetween, rowsWith } from '../rows/row-selection.ts';
import { type RowView, rowOf, type ViewColumn } from '../rows/row-view.ts';
import type { Axis } from '../table/axis.ts';
import type { Chunk } from '../table/chunk.ts';

/** How many points that are not finite are listed of a series at most, and of all series of an answer: each is an object. */
const MOST_NON_FINITE = 1000;
export const MOST_NON_FINITE_OF_ALL = 100_000;

/** `shared`: one x for all series, aligned. `perSeries`: each series has its own x and is sampled by itself. */
type DownsampleMode = 'shared' | 'perSeries';

/** How rows are chosen. */
export interface FrameOptions {
  /** In the axis's unit, both ends included; infinite where open. */
  readonly range: { readonly from: number; readonly to: number };
  /** At least 3; null for every row. */
  readonly points: number | null;
  readonly mode: DownsampleMode;
  /** How many points that are not finite are listed of a series at most, where the answer has other frames beside this one. */
  readonly mostNonFinite?: number;
}

export interface FrameRequest extends FrameOptions {
  readonly axis: Axis;
  /** Null for all columns. */
  readonly columns: readonly string[] | null;
  /** Further series, made of whole columns, whether selected or not. */
  readonly derived: readonly Derivation[];
}

/** The answer to a request for selected columns: arrays a column, of one length with their x. */
export interface Frame {
  readonly axis: Axis;
  readonly missingColumns: readonly string[];
  /** Empty in mode `perSeries`. */
  readonly x: Float64Array<ArrayBuffer>;
  readonly series: readonly FloatSeries[];
  readonly labels: readonly LabelSeries[];
  /** Rows in the answer; in mode `perSeries` the points of the longest series. */
  readonly rowCount: number;
  /** Rows in the range in which a selected column has a value. */
  readonly totalCount: number;
  /** The highest step in the run. */
  readonly lastStep: number | null;
  /** The run's earliest timestamp, in Unix microseconds: where seconds are counted from. Null where it has none. */
  readonly timeOrigin: number | null;
  /** Names the place in the file up to which it was read for this. */
  readonly cursor: string;
}

export interface FloatSeries {
  readonly name: string;
  /** The column that it was made of; null: it is one itself. */
  readonly derivedFrom: string | null;
  readonly x: Float64Array<ArrayBuffer>;
  /** NaN where a row has no number, or none that is finite. */
  readonly values: Float64Array<ArrayBuffer>;
  /** How many of the frame's `totalCount` rows have no number here. */
  readonly missingCount: number;
  /** How many NaNs and infinities there are in the range, sampled or not. */
  readonly nonFiniteCount: number;
  /** The first of them: 1000 at most, fewer where there are very many series. */
  readonly nonFinite: readonly NonFinitePoint[];
}

export interface NonFinitePoint {
  readonly x: number;
  readonly value: number;
}

export interface LabelSeries {
  readonly name: string;
  readonly x: Float64Array<ArrayBuffer>;
  readonly values: readonly (string | null)[];
}

/** A column of the view, as far as a frame needs to know it. */
export interface FrameColumn {
  readonly id: number;
  readonly name: string;
  readonly numbers: boolean;
  readonly labels: boolean;
  /** How it is made, and the name of what it is made of; null: it is one of the table's. */
  readonly made: (Recipe & { readonly from: string }) | null;
}

/** What of a frame lies in its rows; a message between threads, so nothing but data. */
export type FrameRows = Pick<Frame, 'x' | 'series' | 'labels' | 'rowCount' | 'totalCount'>;

export function frameRows(
  view: RowView,
  columns: readonly FrameColumn[],
  { range, points, mode, mostNonFinite = MOST_NON_FINITE }: FrameOptions,
): FrameRows {
  const selected = columns.map((column) => ({ ...column, cells: view.column(column.id) }));
  const allCells = selected.map(({ cells }) => cells);
  const all = rowsWith(rowsBetween(view, range.from, range.to), allCells, 'value');
  const shared = mode === 'shared' ? sampleOf(chooseRows(all, allCells, points)) : null;

  const listed = Math.min(mostNonFinite, mostNonFiniteOf(columns.length));
  const series: FloatSeries[] = [];
  const labels: LabelSeries[] = [];
  for (const { name, made, cells, ...holds } of selected) {
    if (isCurve(holds)) {
      const sample = shared ?? sampleOf(chooseRows(rowsWith(all, [cells], 'number'), [cells], points));
      series.push({
        name,
        derivedFrom: made?.from ?? null,
        ...floatValues(cells, sample),
        ...gapsOf(cells, all, listed),
      });
    }
    if (holds.labels) {
      const sample = shared ?? sampleOf(chooseRows(rowsWith(all, [cells], 'label'), [], points));
      labels.push(labelSeries(name, cells, sample));
    }
  }
  return {
    x: shared?.x ?? new Float64Array(0),
    series,
    labels,
    rowCount: shared?.x.length ?? [...series, ...labels].reduce((longest, { x }) => Math.max(longest, x.length), 0),
    totalCount: all.count,
  };
}

/** How many points that are not finite are listed of each of so many series. */
export function mostNonFiniteOf(series: number): number {
  return Math.min(MOST_NON_FINITE, Math.floor(MOST_NON_FINITE_OF_ALL / series));
}

/** How many cells, x included, a frame holds at most: known without looking for the rows that have a value. */
export function mostCells(
  view: RowView,
  columns: readonly FrameColumn[],
  { range, points, mode }: FrameOptions,
): number {
  const rows = rowsBetween(view, range.from, range.to).count;
  const series = columns.reduce((sum, holds) => sum + (isCurve(holds) ? 1 : 0) + (holds.labels ? 1 : 0), 0);
  return Math.min(rows, points ?? rows) * (mode === 'shared' ? 1 + series : 2 * series);
}

/** A column of which only nulls were seen is drawn as a curve without points. */
function isCurve({ numbers, labels }: Pick<FrameColumn, 'numbers' | 'labels'>): boolean {
  return numbers || !labels;
}

/** The rows at which curves are drawn. */
interface Sample {
  readonly rows: RowSelection;
  readonly x: Float64Array<ArrayBuffer>;
}

function sampleOf(rows: RowSelection): Sample {
  return { rows, x: rows.x() };
}

/** What a curve leaves out. */
export type Gaps = Pick<FloatSeries, 'missingCount' | 'nonFiniteCount' | 'nonFinite'>;

export function floatValues(column: ViewColumn, { rows, x }: Sample): Pick<FloatSeries, 'x' | 'values'> {
  const values = new Float64Array(x.length).fill(Number.NaN);
  const cursor = new CellCursor(column, rows.from, rows.to);
  for (let place = 0; place < values.length; place++) {
    const cell = cursor.find(rows.rowAt(place));
    if (cell < 0) continue;
    const value = cursor.chunk.cells.numbers[cell];
    if (Number.isFinite(value)) values[place] = value;
  }
  return { x, values };
}

export function labelSeries(name: string, column: ViewColumn, { rows, x }: Sample): LabelSeries {
  const cursor = new CellCursor(column, rows.from, rows.to);
  const values = Array.from(x, (_, place) => {
    const cell = cursor.find(rows.rowAt(place));
    return cell < 0 ? null : labelAt(cursor.chunk, cell);
  });
  return { name, x, values };
}

function labelAt(chunk: Chunk, cell: number): string | null {
  const { cells } = chunk;
  if (!isWanted(cells, cell, 'label')) return null;
  return cells.kind(cell) === 'text' ? chunk.text(cells.textCode(cell)) : String(cells.boolean(cell));
}

/** In how many rows a column has no number, or none that is finite, and where the first of those are. */
function gapsOf(column: ViewColumn, all: RowSelection, listed: number): Gaps {
  let numbers = 0;
  let nonFiniteCount = 0;
  const nonFinite: NonFinitePoint[] = [];
  for (const stretch of column.cells(all.from, all.to)) {
    const { cells } = stretch.column.chunk;
    if (stretch.column.isFinite) {
      numbers += stretch.to - stretch.from;
      continue;
    }
    for (let cell = stretch.from; cell < stretch.to; cell++) {
      if (!isWanted(cells, cell, 'number')) continue;
      numbers++;
      const value = cells.numbers[cell];
      if (Number.isFinite(value)) continue;
      nonFiniteCount++;
      if (nonFiniteCount <= listed) nonFinite.push({ x: all.view.x(rowOf(stretch, cell)), value });
    }
  }
  return { missingCount: all.count - numbers, nonFiniteCount, nonFinite };
}

/** The same rows with all numbers in one buffer, since to hand over each of very many would take long. */
export function inOneBuffer({ x, series, labels, ...counts }: FrameRows): FrameRows {
  const arrays = [...new Set([x, ...series.flatMap((one) => [one.x, one.values]), ...labels.map((one) => one.x)])];
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  const moved = new Map<Float64Array, Float64Array<ArrayBuffer>>();
  let end = 0;
  for (const array of arrays) {
    all.set(array, end);
    moved.set(array, all.subarray(end, end + array.length));
    end += array.length;
  }
  const at = (array: Float64Array<ArrayBuffer>) => moved.get(array) ?? array;
  return {
    ...counts,
    x: at(x),
    series: series.map((one) => Object.assign(one, { x: at(one.x), values: at(one.values) })),
    labels: labels.map((one) => Object.assign(one, { x: at(one.x) })),
  };
}

/** About what a frame takes in memory. */
export function frameBytes({ x, series, labels }: Frame): number {
  const arrays = new Set([x, ...series.flatMap((one) => [one.x, one.values]), ...labels.map((one) => one.x)]);
  const numbers = [...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const texts = labels.flatMap(({ values }) => values).reduce((sum, value) => sum + 8 + 2 * (value?.length ?? 0), 0);
  return numbers + texts;
}
