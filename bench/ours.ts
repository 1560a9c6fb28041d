/** The parts of the project that are measured by themselves; everything else is asked of a gateway. */
import { Logs } from '../src/logs/logs.ts';
import { jointLttb as chooseJointly, type Point, type PointColumn } from '../src/metrics/rows/lttb.ts';

export { lttb } from '../src/metrics/rows/lttb.ts';

/** A column of finite numbers. */
export interface Curve {
  /** The row of each, ascending; null: every row has one. */
  readonly rows: Uint32Array | null;
  readonly y: Float64Array;
}

/** Joint LTTB over columns that lie in memory as one array each. @param x of every row */
export function jointLttb(x: Float64Array, curves: readonly Curve[], wanted: number): Uint32Array {
  const rows = { count: x.length, rowAt: (place: number) => place, xBetween: x.subarray.bind(x) };
  return chooseJointly(
    rows,
    curves.map((curve) => pointColumn(x, curve)),
    wanted,
  );
}

function pointColumn(x: Float64Array, { rows, y }: Curve): PointColumn {
  const pointAt = (at: number): Point => {
    const row = rows === null ? at : rows[at];
    return { row, x: x[row], y: y[at] };
  };
  const indexOf = (row: number) => (rows === null ? row : firstNotBelow(rows, row));
  return {
    range: rangeOf(y),
    first: pointAt(0),
    last: pointAt(y.length - 1),
    next: (row) => (indexOf(row) < y.length ? pointAt(indexOf(row)) : undefined),
    read(from, to, points) {
      const [start, end] = [indexOf(from), indexOf(to)];
      if (rows === null) return points.takeAll(y.subarray(start, end));
      points.reserve(end - start);
      for (let i = start; i < end; i++) points.add(rows[i], y[i]);
    },
  };
}

function firstNotBelow(rows: Uint32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rangeOf(values: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high - low;
}

export function newLogs(): Logs {
  return new Logs();
}
