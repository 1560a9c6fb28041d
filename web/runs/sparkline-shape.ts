import type { NonFinite } from '../api/generated/graphql.ts';

/** A curve of a run, as the gateway gives it. */
export interface SparklineSeries {
  readonly x: readonly (number | null)[];
  /** Null where there is none, and where it is not finite. */
  readonly values: readonly (number | null)[];
  readonly nonFinite: readonly { readonly x: number; readonly value: NonFinite }[];
}

/** What is drawn of it in a box of `width` × `height`, in SVG's coordinates. */
export interface SparklineShape {
  /** As the attribute `d` of a path has it: in pieces, where values between are missing. '' where no value is finite. */
  readonly line: string;
  /** Where NaN or infinities were logged: none nearer to another than `MARK_WIDTH`. */
  readonly marks: readonly number[];
}

export const MARK_WIDTH = 4;

export function sparklineShape(
  { x, values, nonFinite }: SparklineSeries,
  width: number,
  height: number,
): SparklineShape {
  const across = scale([...x, ...nonFinite.map((point) => point.x)], 0, width);
  const down = scale(values, height, 0);
  let line = '';
  let isDrawn = false;
  for (const [index, value] of values.entries()) {
    const at = x[index] ?? null;
    const isThere = value !== null && at !== null;
    if (isThere) {
      const place = `${across(at)} ${down(value)}`;
      // A point without neighbours is seen by its round ends.
      line += isDrawn ? `L${place}` : `M${place}h0`;
    }
    isDrawn = isThere;
  }
  const marks: number[] = [];
  for (const point of nonFinite) {
    const place = across(point.x);
    if (place - (marks.at(-1) ?? -MARK_WIDTH) >= MARK_WIDTH) marks.push(place);
  }
  return { line, marks };
}

/** From the values' range to that between two ends, to a tenth; where they are all one, to the middle. */
function scale(values: readonly (number | null)[], from: number, to: number): (value: number) => number {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  // Halved, since the range of doubles may be more than a double holds.
  const half = greatest / 2 - least / 2;
  return (value) => {
    const share = half > 0 ? (value / 2 - least / 2) / half : 0.5;
    return Math.round((from + share * (to - from)) * 10) / 10;
  };
}
