/**
 * Largest-Triangle-Three-Buckets (Sveinn Steinarsson, "Downsampling Time Series for Visual Representation", 2013).
 */

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

export function everyIndex(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

export function requireThree(wanted: number): void {
  if (!(wanted >= 3)) throw new RangeError(`LTTB keeps at least 3 points, ${wanted} were asked for`);
}

/** The index ranges between the first and the last row from which one row each is kept. */
export class Buckets {
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
export function largestTriangle(
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
