/**
 * Largest-Triangle-Three-Buckets (Sveinn Steinarsson, "Downsampling Time Series for Visual Representation", 2013) and
 * Joint LTTB, its extension to rows of many columns: one set of rows for all, in which every column's spikes survive.
 */

/** One column's values over the rows that have one. `rows` null: value i is that of row i. */
export interface Points {
  readonly rows: Uint32Array | null;
  /** x and y of each point, finite. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Chooses `wanted` of the points of one curve.
 *
 * @param x ascending, as long as `y`, finite like `y`
 * @param wanted at least 3
 * @returns the chosen indices, ascending: exactly `wanted`, or all where there are no more
 */
export function lttb(x: Float64Array, y: Float64Array, wanted: number): Uint32Array {
  const count = x.length;
  requireThree(wanted);
  if (count <= wanted) return everyIndex(count);
  const buckets = new Buckets(count, wanted);
  const chosen = new Uint32Array(wanted);
  let previous = 0;
  for (let i = 0; i < buckets.count; i++) {
    const end = buckets.end(i);
    const next = meanPoint(x, y, end, buckets.end(i + 1));
    previous = largestTriangle(x, y, buckets.start(i), end, x[previous], y[previous], next.x, next.y).index;
    chosen[i + 1] = previous;
  }
  chosen[wanted - 1] = count - 1;
  return chosen;
}

/**
 * Chooses `wanted` rows for all columns together: in each bucket every column names its best row by its own triangle,
 * as a share of the column's range, and the largest share wins, the lower row of equals. With one column that has a
 * value in every row this is exactly `lttb`.
 *
 * @param rowCount number of rows
 * @param columns the columns that have values; those without a point have no say
 * @param wanted at least 3
 * @returns the chosen rows, ascending: exactly `wanted`, or all where there are no more; evenly spread without a column
 */
export function jointLttb(rowCount: number, columns: readonly Points[], wanted: number): Uint32Array {
  requireThree(wanted);
  if (rowCount <= wanted) return everyIndex(rowCount);
  const voters = columns.filter(({ y }) => y.length > 0).map((points) => new Voter(points));
  if (voters.length === 0) return evenRows(rowCount, wanted);
  const buckets = new Buckets(rowCount, wanted);
  const chosen = new Uint32Array(wanted);
  for (const voter of voters) voter.keep(0, 1);
  for (let i = 0; i < buckets.count; i++) {
    const end = buckets.end(i);
    const nextEnd = buckets.end(i + 1);
    let row = buckets.start(i);
    let largest = -1;
    for (const voter of voters) {
      const vote = voter.vote(end, nextEnd);
      if (vote === null) continue;
      if (vote.share > largest || (vote.share === largest && vote.row < row)) {
        largest = vote.share;
        row = vote.row;
      }
    }
    for (const voter of voters) voter.keep(row, end);
    chosen[i + 1] = row;
  }
  chosen[wanted - 1] = rowCount - 1;
  return chosen;
}

/** Rows spread evenly, the first and the last included: for tables without numbers. */
export function evenRows(rowCount: number, wanted: number): Uint32Array {
  if (rowCount <= wanted) return everyIndex(rowCount);
  return Uint32Array.from({ length: wanted }, (_, i) => Math.floor((i * (rowCount - 1)) / (wanted - 1)));
}

function everyIndex(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

function requireThree(wanted: number): void {
  if (!(wanted >= 3)) throw new RangeError(`LTTB keeps at least 3 points, ${wanted} were asked for`);
}

/** The index ranges between the first and the last row from which one row each is kept. */
class Buckets {
  readonly count: number;
  readonly #rows: number;
  readonly #every: number;

  constructor(rows: number, wanted: number) {
    this.count = wanted - 2;
    this.#rows = rows;
    this.#every = (rows - 2) / this.count;
  }

  start(bucket: number): number {
    return Math.floor(bucket * this.#every) + 1;
  }

  /** Behind the last bucket stands the last row, as a bucket of its own. */
  end(bucket: number): number {
    // The product of the last one can round to less than rows - 2, which would leave a row out of every bucket.
    if (bucket >= this.count - 1) return bucket === this.count ? this.#rows : this.#rows - 1;
    return Math.floor((bucket + 1) * this.#every) + 1;
  }
}

/** A column as it takes part in the joint choice: where it stands in its points, and its previous choice. */
class Voter {
  readonly #points: Points;
  readonly #range: number;
  /** The points of the present bucket are [#from, #to). */
  #from = 0;
  #to = 0;
  /** The point of the last kept row that has one; before that, the first. */
  #previous = 0;

  constructor(points: Points) {
    this.#points = points;
    this.#range = rangeOf(points.y);
  }

  /** @returns the best row before `end` and its share; null where the column has none there */
  vote(end: number, nextEnd: number): { row: number; share: number } | null {
    const { rows, x, y } = this.#points;
    this.#to = this.#firstAtOrAfter(this.#from, end);
    if (this.#to === this.#from) return null;
    const next = this.#nextPoint(nextEnd);
    const best = largestTriangle(x, y, this.#from, this.#to, x[this.#previous], y[this.#previous], next.x, next.y);
    const share = this.#range > 0 ? best.area / this.#range : 0;
    return { row: rows === null ? best.index : rows[best.index], share: Number.isNaN(share) ? 0 : share };
  }

  /** Takes note of the row that was kept in the bucket that ends at `end`, and goes on behind that bucket. */
  keep(row: number, end: number): void {
    const { rows } = this.#points;
    const to = this.#firstAtOrAfter(this.#from, end);
    const point = rows === null ? row : lowerBound(rows, row, this.#from, to);
    if (point < to && (rows === null || rows[point] === row)) this.#previous = point;
    this.#from = to;
  }

  /** The mean of the next bucket's points; without any the next point after it, after the last one the last. */
  #nextPoint(nextEnd: number): { x: number; y: number } {
    const { x, y } = this.#points;
    const nextTo = this.#firstAtOrAfter(this.#to, nextEnd);
    if (nextTo > this.#to) return meanPoint(x, y, this.#to, nextTo);
    const following = Math.min(this.#to, y.length - 1);
    return { x: x[following], y: y[following] };
  }

  #firstAtOrAfter(from: number, row: number): number {
    const { rows, y } = this.#points;
    if (rows === null) return Math.min(row, y.length);
    let at = from;
    while (at < rows.length && rows[at] < row) at++;
    return at;
  }
}

/** The first index in [from, to) whose row is `row` or greater; `to` where there is none. */
function lowerBound(rows: Uint32Array, row: number, from: number, to: number): number {
  let low = from;
  let high = to;
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
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return high - low;
}

function meanPoint(x: Float64Array, y: Float64Array, from: number, to: number): { x: number; y: number } {
  let sumX = 0;
  let sumY = 0;
  for (let i = from; i < to; i++) {
    sumX += x[i];
    sumY += y[i];
  }
  return { x: sumX / (to - from), y: sumY / (to - from) };
}

/** The point in [from, to) that spans the largest triangle with points A and C, the first of equals. */
function largestTriangle(
  x: Float64Array,
  y: Float64Array,
  from: number,
  to: number,
  ax: number,
  ay: number,
  cx: number,
  cy: number,
): { index: number; area: number } {
  let index = from;
  let largest = -1;
  const width = ax - cx;
  const height = cy - ay;
  for (let i = from; i < to; i++) {
    const area = Math.abs(width * (y[i] - ay) - (ax - x[i]) * height);
    if (area > largest) {
      largest = area;
      index = i;
    }
  }
  return { index, area: Math.max(largest, 0) * 0.5 };
}
