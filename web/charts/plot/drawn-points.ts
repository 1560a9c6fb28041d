import type { NonFiniteMark } from '../data/curve.ts';

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
