import type { Derivation } from '../derived/derivation.ts';
import type { Recipe } from '../derived/derive-column.ts';
import { CellCursor } from '../rows/cell-cursor.ts';
import { chooseRows, isWanted, type RowSelection, rowsBetween, rowsWith } from '../rows/row-selection.ts';
import { type RowView, rowOf, type ViewColumn } from '../rows/row-view.ts';
import type { Axis } from '../table/axis.ts';
import { changesBetween, type LabelSeries, labelValues } from './label-series.ts';
import { type Sample, sampleOf } from './sample.ts';

/**
 * How many points that are not finite are listed of a series at most, and of all series of an answer; as many changes of
 * labels: each is an object.
 */
export const MOST_LISTED = 1000;
export const MOST_LISTED_OF_ALL = 100_000;

/** `shared`: one x for all series, aligned. `perSeries`: each series has its own x and is sampled by itself. */
type DownsampleMode = 'shared' | 'perSeries';

/** How rows are chosen. */
export interface FrameOptions {
  /** In the axis's unit, both ends included; infinite where open. */
  readonly range: { readonly from: number; readonly to: number };
  /** At least 3; null for every row. */
  readonly points: number | null;
  readonly mode: DownsampleMode;
  /** How many points that are not finite, or changes, are listed of a series at most, where other frames are beside this one. */
  readonly mostListed?: number;
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
  { range, points, mode, mostListed = MOST_LISTED }: FrameOptions,
): FrameRows {
  const selected = columns.map((column) => ({ ...column, cells: view.column(column.id) }));
  const allCells = selected.map(({ cells }) => cells);
  const all = rowsWith(rowsBetween(view, range.from, range.to), allCells, 'value');
  const shared = mode === 'shared' ? sampleOf(chooseRows(all, allCells, points)) : null;

  const listed = Math.min(mostListed, mostListedOf(columns.length));
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
      labels.push({ name, ...labelValues(cells, sample), ...changesBetween(cells, all, listed) });
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

/** How many points that are not finite, or changes, are listed of each of so many series. */
export function mostListedOf(series: number): number {
  return Math.min(MOST_LISTED, Math.floor(MOST_LISTED_OF_ALL / series));
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

/** What a listed point or change takes in memory, about, beside its text. */
const LISTED_BYTES = 48;

/** About what a frame takes in memory. */
export function frameBytes({ x, series, labels }: Frame): number {
  const arrays = new Set([x, ...series.flatMap((one) => [one.x, one.values]), ...labels.map((one) => one.x)]);
  const numbers = [...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const listed = series.reduce((sum, { nonFinite }) => sum + LISTED_BYTES * nonFinite.length, 0);
  return numbers + listed + labels.reduce((sum, one) => sum + labelBytes(one), 0);
}

function labelBytes({ values, changes }: LabelSeries): number {
  const texts = values.reduce((sum, value) => sum + 8 + 2 * (value?.length ?? 0), 0);
  return changes.reduce((sum, { value }) => sum + LISTED_BYTES + 2 * value.length, texts);
}
