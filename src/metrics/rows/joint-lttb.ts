/**
 * Joint LTTB, the extension of LTTB to rows of many columns: one set of rows for all, in which every column's spikes
 * survive.
 */
import { lowerBound } from '../table/search.ts';
import { Buckets, everyIndex, largestTriangle, requireThree } from './lttb.ts';

/** Rows of a table in ascending order, as many as `count`, with an x each. */
export interface RowSequence {
  readonly count: number;
  /** The row at a place in [0, count]; behind the last one that of the end. */
  rowAt(place: number): number;
  /** The x of all rows of the table in [from, to). */
  xBetween(from: number, to: number): Float64Array;
}

/** The finite numbers of a column in a sequence of rows: one at least. Asked for ascending rows. */
export interface PointColumn {
  /** The greatest less the least of them. */
  readonly range: number;
  readonly first: Point;
  readonly last: Point;
  /** The first point at `row` or behind; undefined where there is none. */
  next(row: number): Point | undefined;
  /** Gives the points of the rows in [from, to) to `points`. */
  read(from: number, to: number, points: BucketPoints): void;
}

export interface Point {
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Chooses `wanted` rows for all columns together: in each bucket every column names its best row by its own triangle,
 * as a share of the column's range, and the largest share wins, the lower row of equals. With one column that has a
 * value in every row this is exactly `lttb`.
 *
 * @param wanted at least 3
 * @returns the chosen rows, ascending: exactly `wanted`, or all where there are no more; evenly spread without a column
 */
export function jointLttb(rows: RowSequence, columns: readonly PointColumn[], wanted: number): Uint32Array {
  requireThree(wanted);
  if (rows.count <= wanted) return everyIndex(rows.count).map((place) => rows.rowAt(place));
  if (columns.length === 0) return evenRows(rows, wanted);
  const buckets = new Buckets(rows.count, wanted);
  const chosen = new Uint32Array(wanted);
  const voters = columns.map((column) => new Voter(column));
  let bucket = new Bucket();
  let next = new Bucket();
  next.load(rows, 0, buckets.end(-1));
  for (const voter of voters) voter.advance(next);
  // The first row is a bucket of its own, and so is the last.
  for (let i = -1; i < buckets.count; i++) {
    [bucket, next] = [next, bucket];
    next.load(rows, buckets.end(i), buckets.end(i + 1));
    for (const voter of voters) voter.advance(next);
    const row = i < 0 ? bucket.from : electRow(voters, bucket);
    for (const voter of voters) voter.keep(row);
    chosen[i + 1] = row;
  }
  chosen[wanted - 1] = rows.rowAt(rows.count - 1);
  return chosen;
}

function electRow(voters: readonly Voter[], bucket: Bucket): number {
  let row = bucket.from;
  let largest = -1;
  for (const voter of voters) {
    const vote = voter.vote(bucket);
    if (vote === null) continue;
    if (vote.share > largest || (vote.share === largest && vote.row < row)) {
      largest = vote.share;
      row = vote.row;
    }
  }
  return row;
}

/** Rows spread evenly, the first and the last included: for tables without numbers. */
function evenRows(rows: RowSequence, wanted: number): Uint32Array {
  return Uint32Array.from({ length: wanted }, (_, i) => rows.rowAt(Math.floor((i * (rows.count - 1)) / (wanted - 1))));
}

const NONE = new Float64Array(0);

/** Consecutive rows of the table from which one is kept, and their x. */
class Bucket {
  from = 0;
  to = 0;
  x: Float64Array = NONE;
  meanX = 0;

  load(rows: RowSequence, fromPlace: number, toPlace: number): void {
    this.from = rows.rowAt(fromPlace);
    this.to = rows.rowAt(toPlace);
    this.x = rows.xBetween(this.from, this.to);
    this.meanX = mean(this.x, this.x.length);
  }
}

/** The points of one column in one bucket. Used again for other buckets, so that few are made. */
export class BucketPoints {
  count = 0;
  x: Float64Array = NONE;
  y: Float64Array = NONE;
  #hasEveryRow = false;
  #meanX = 0;
  #firstRow = 0;
  #rows = new Uint32Array(0);
  #ownX = new Float64Array(0);
  #ownY = new Float64Array(0);

  load(column: PointColumn, bucket: Bucket): void {
    this.count = 0;
    this.#hasEveryRow = false;
    this.#firstRow = bucket.from;
    column.read(bucket.from, bucket.to, this);
    if (this.#hasEveryRow) {
      this.x = bucket.x;
      this.#meanX = bucket.meanX;
    } else if (this.count > 0) {
      for (let i = 0; i < this.count; i++) this.#ownX[i] = bucket.x[this.#rows[i] - bucket.from];
      this.x = this.#ownX;
      this.#meanX = mean(this.x, this.count);
    }
  }

  /** Takes these as all points there are: one for every row. */
  takeAll(y: Float64Array): void {
    this.y = y;
    this.count = y.length;
    this.#hasEveryRow = true;
  }

  /** Makes room for so many points; they follow by `add`. */
  reserve(most: number): void {
    if (this.#rows.length < most) {
      this.#rows = new Uint32Array(2 * most);
      this.#ownX = new Float64Array(2 * most);
      this.#ownY = new Float64Array(2 * most);
    }
    this.y = this.#ownY;
  }

  add(row: number, y: number): void {
    this.#rows[this.count] = row;
    this.#ownY[this.count++] = y;
  }

  get mean(): { x: number; y: number } {
    return { x: this.#meanX, y: mean(this.y, this.count) };
  }

  rowOf(point: number): number {
    return this.#hasEveryRow ? this.#firstRow + point : this.#rows[point];
  }

  /** @returns the point in that row; -1 where there is none */
  at(row: number): number {
    if (this.#hasEveryRow) return row - this.#firstRow;
    const point = lowerBound(this.#rows, row, 0, this.count);
    return point < this.count && this.#rows[point] === row ? point : -1;
  }
}

/** A column as it takes part in the joint choice: its points here and in the next bucket, and its previous choice. */
class Voter {
  readonly #column: PointColumn;
  readonly #range: number;
  readonly #last: Point;
  #here = new BucketPoints();
  #next = new BucketPoints();
  #previous: { readonly x: number; readonly y: number };

  constructor(column: PointColumn) {
    this.#column = column;
    this.#range = column.range;
    this.#last = column.last;
    this.#previous = column.first;
  }

  /** Goes on by one bucket: what was the next one is here now. */
  advance(next: Bucket): void {
    [this.#here, this.#next] = [this.#next, this.#here];
    this.#next.load(this.#column, next);
  }

  /** @returns the best row here and its share; null where the column has none */
  vote({ to }: Bucket): { row: number; share: number } | null {
    const { count, x, y } = this.#here;
    if (count === 0) return null;
    // Without points in the next bucket the next one behind it; after the last one the last.
    const c = this.#next.count > 0 ? this.#next.mean : (this.#column.next(to) ?? this.#last);
    const best = largestTriangle(x, y, 0, count, this.#previous.x, this.#previous.y, c.x, c.y);
    const share = this.#range > 0 ? best.area / this.#range : 0;
    return { row: this.#here.rowOf(best.index), share: Number.isNaN(share) ? 0 : share };
  }

  /** Takes note of the row that was kept here. */
  keep(row: number): void {
    const { count, x, y } = this.#here;
    const point = count === 0 ? -1 : this.#here.at(row);
    if (point >= 0) this.#previous = { x: x[point], y: y[point] };
  }
}

function mean(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  return sum / count;
}
