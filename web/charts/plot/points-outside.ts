import type { Curve } from '../data/curve.ts';
import { firstFrom } from './limits.ts';
import type { PlotLayout } from './plot-layout.ts';

/** Points of curves that are visible along the axis, and not by their height. */
export interface PointsOutside {
  readonly count: number;
  /** The value that is furthest out. */
  readonly furthest: number;
}

/** Those above a plot and those below it; null where there are none. A point counts once, be it its raw or its smooth value. */
export function pointsOutside(
  curves: readonly Curve[],
  { x: { from, to }, y, isLog }: PlotLayout,
): { readonly above: PointsOutside | null; readonly below: PointsOutside | null } {
  // What has no place on a logarithmic scale is not beyond its end.
  const placed = (value: number | null | undefined, otherwise: number) =>
    value === null || value === undefined || (isLog && value <= 0) ? otherwise : value;
  let [above, below] = [0, 0];
  let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { x, values, smoothed } of curves) {
    for (let index = firstFrom(x, from); index < x.length && (x[index] ?? to) <= to; index++) {
      const [value, smooth] = [values[index], smoothed?.[index]];
      const high = Math.max(placed(value, Number.NEGATIVE_INFINITY), placed(smooth, Number.NEGATIVE_INFINITY));
      const low = Math.min(placed(value, Number.POSITIVE_INFINITY), placed(smooth, Number.POSITIVE_INFINITY));
      if (high > y.to) above++;
      if (low < y.from) below++;
      highest = Math.max(highest, high);
      lowest = Math.min(lowest, low);
    }
  }
  return {
    above: above > 0 ? { count: above, furthest: highest } : null,
    below: below > 0 ? { count: below, furthest: lowest } : null,
  };
}
