import type { AxisRange } from '../../address/address.ts';
import type { NonFiniteMark } from '../data/curve.ts';

/** How many heights of the plot a line leads out of it: further than one can tell from upright. */
const REACH = 1000;

/** A line as it is drawn: from point to point, broken where a value is null. */
export interface DrawnPoints {
  /** Ascending. */
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * The points of a curve without the rows in which nothing was logged, over which the line goes on. It is broken where NaN
 * or an infinity was logged, and on a logarithmic scale where a value is not positive.
 *
 * @param marks what is not finite, ascending
 * @param marksAreAll whether nothing else is: a null behind the last mark may be one, if not
 */
export function drawnPoints(
  { x, y }: DrawnPoints,
  marks: readonly NonFiniteMark[],
  marksAreAll: boolean,
  isLog: boolean,
): DrawnPoints {
  const drawn = { x: [] as number[], y: [] as (number | null)[] };
  const put = (at: number, value: number | null) => {
    drawn.x.push(at);
    drawn.y.push(value);
  };
  let next = 0;
  for (const [index, at] of x.entries()) {
    for (let mark = marks[next]; mark && mark.x <= at; mark = marks[++next]) put(mark.x, null);
    const value = y[index] ?? null;
    if (value !== null) put(at, isLog && value <= 0 ? null : value);
    else if (!marksAreAll && next === marks.length) put(at, null);
  }
  for (const mark of marks.slice(next)) put(mark.x, null);
  return drawn;
}

/** Where a line has a point that no line leads to: it is drawn as a dot. */
export function lonePoints({ y }: DrawnPoints): readonly number[] {
  const isGap = (index: number) => (y[index] ?? null) === null;
  return [...y.keys()].filter((index) => !isGap(index) && isGap(index - 1) && isGap(index + 1));
}

/**
 * The same line, as far as it is seen. A canvas leaves out points that are further away than it can tell, and leads on to the
 * next ones.
 *
 * @param height what the plot shows of a linear scale
 */
export function withinReach({ x, y }: DrawnPoints, height: AxisRange): DrawnPoints {
  const reach = (height.to - height.from) * REACH;
  const [low, high] = [height.from - reach, height.to + reach];
  return { x, y: y.map((value) => (value === null ? null : Math.min(Math.max(value, low), high))) };
}
