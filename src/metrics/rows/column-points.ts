import type { BucketPoints, Point, PointColumn } from './joint-lttb.ts';
import { type CellStretch, type RowView, rowOf, type ViewColumn } from './row-view.ts';

/** The finite numbers of a column in the rows [from, to) of a view; null where it has none there. */
export function pointsOf(view: RowView, column: ViewColumn, from: number, to: number): PointColumn | null {
  const points = new ColumnPoints(view, column, from, to);
  return points.next(from) === undefined ? null : points;
}

class ColumnPoints implements PointColumn {
  readonly #view: RowView;
  readonly #column: ViewColumn;
  readonly #from: number;
  readonly #to: number;
  /** There is no point from `#emptyFrom` up to this one; undefined: up to the end. */
  #found: Point | undefined;
  #emptyFrom = Number.POSITIVE_INFINITY;

  constructor(view: RowView, column: ViewColumn, from: number, to: number) {
    this.#view = view;
    this.#column = column;
    this.#from = from;
    this.#to = to;
  }

  get first(): Point {
    return required(this.#find(this.#from));
  }

  get last(): Point {
    let last: Point | undefined;
    for (const stretch of this.#column.cells(this.#from, this.#to)) {
      const { numbers } = stretch.column.chunk.cells;
      for (let cell = stretch.to - 1; cell >= stretch.from; cell--) {
        if (!Number.isFinite(numbers[cell])) continue;
        last = this.#pointAt(stretch, cell);
        break;
      }
    }
    return required(last);
  }

  /** Of whole chunks it is known. */
  get range(): number {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { column, from, to } of this.#column.cells(this.#from, this.#to)) {
      if (from === column.from && to === column.to) {
        low = Math.min(low, column.lowest);
        high = Math.max(high, column.highest);
        continue;
      }
      const { numbers } = column.chunk.cells;
      for (let cell = from; cell < to; cell++) {
        const value = numbers[cell];
        if (!Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return high - low;
  }

  next(row: number): Point | undefined {
    if (!this.#isKnownEmpty(row, row)) {
      this.#found = this.#find(row);
      this.#emptyFrom = row;
    }
    return this.#found;
  }

  /** Whether it is known that there is no point in [from, to). */
  #isKnownEmpty(from: number, to: number): boolean {
    return from >= this.#emptyFrom && (this.#found === undefined || to <= this.#found.row);
  }

  read(from: number, to: number, points: BucketPoints): void {
    // So that a column of few points costs little in all the buckets that have none.
    if (this.#isKnownEmpty(from, to)) return;
    const stretches = this.#column.cells(from, to);
    const [first] = stretches;
    if (first !== undefined && first.to - first.from === to - from && first.column.isFinite) {
      points.takeAll(first.column.chunk.cells.numbers.subarray(first.from, first.to));
      return;
    }
    points.reserve(stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0));
    for (const stretch of stretches) {
      const { numbers } = stretch.column.chunk.cells;
      for (let cell = stretch.from; cell < stretch.to; cell++) {
        if (Number.isFinite(numbers[cell])) points.add(rowOf(stretch, cell), numbers[cell]);
      }
    }
    if (points.count === 0) this.next(to);
  }

  #find(row: number): Point | undefined {
    for (const stretch of this.#column.cells(row, this.#to)) {
      const { numbers } = stretch.column.chunk.cells;
      for (let cell = stretch.from; cell < stretch.to; cell++) {
        if (Number.isFinite(numbers[cell])) return this.#pointAt(stretch, cell);
      }
    }
    return undefined;
  }

  #pointAt(stretch: CellStretch, cell: number): Point {
    const row = rowOf(stretch, cell);
    return { row, x: this.#view.x(row), y: stretch.column.chunk.cells.numbers[cell] };
  }
}

function required(point: Point | undefined): Point {
  if (point === undefined) throw new TypeError('a column without a point has no say');
  return point;
}
