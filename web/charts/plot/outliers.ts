/** The part of a curve's values that is not usual above, and below. */
const TAIL = 0.01;
/** Usual values are at most that many times as far from 0 as the middle one. */
const TYPICAL_TIMES = 3;

/**
 * Tells the values that a scale need not span: those further from all usual ones than these are from each other. What is only
 * somewhat higher or lower than usual is none.
 *
 * Usual is what lies between the 1st and the 99th percentile of a curve: of each by itself, so that one of few points counts
 * like one of many. That is not enough for a run that diverges, as it does for longer: nor is usual what is three times as
 * far from 0 as the middle one of a curve's magnitudes, in the curve where that is furthest. So about half of each curve is
 * in sight, whatever the others do. A steep start is left out like a spike if it flattens the rest as much as one.
 *
 * On a logarithmic scale, which bears large values, only the percentiles count, and distances in decades.
 *
 * @param curves the values of each in any order; positive ones if `isLog`
 */
export function outliersOf(curves: readonly (readonly number[])[], isLog: boolean): (value: number) => boolean {
  const scale = isLog ? Math.log10 : Number;
  const sorted = curves.filter(({ length }) => length > 0).map((values) => Float64Array.from(values, scale).toSorted());
  // Where most values are 0 they are no measure of the others.
  const reach = (isLog ? 0 : TYPICAL_TIMES * Math.max(...sorted.map(typicalSize))) || Number.POSITIVE_INFINITY;
  const ends = sorted.flatMap((values) => usualEnds(values, reach));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return (value) => scale(value) < low - (high - low) || scale(value) > high + (high - low);
}

/** The median of magnitudes. */
function typicalSize(values: Float64Array): number {
  return values.map(Math.abs).toSorted()[values.length >> 1] ?? 0;
}

/** The lowest and the highest usual value. @param sorted ascending */
function usualEnds(sorted: Float64Array, reach: number): readonly number[] {
  const tail = Math.floor(sorted.length * TAIL);
  const usual = sorted.subarray(tail, sorted.length - tail).filter((value) => Math.abs(value) <= reach);
  return [usual.at(0) ?? [], usual.at(-1) ?? []].flat();
}
