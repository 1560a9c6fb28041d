import type { AxisRange } from '../../address/address.ts';
import type { DrawnPoints } from './drawn-points.ts';
import { outliersOf } from './outliers.ts';
import type { Line } from './plot-options.ts';

/** A scale ends here, so that the distance between its ends is a number. */
const LARGEST = Number.MAX_VALUE / 4;
/** What is left free above and below, as a part of the height. */
const MARGIN = 0.06;

/** From the first point of all lines to the last. Null where there is none. */
export function extentOf(lines: readonly DrawnPoints[]): AxisRange | null {
  const from = Math.min(...lines.map(({ x }) => x[0] ?? Number.POSITIVE_INFINITY));
  const to = Math.max(...lines.map(({ x }) => x.at(-1) ?? Number.NEGATIVE_INFINITY));
  if (from > to) return null;
  return from === to ? { from: from - 0.5, to: to + 0.5 } : { from, to };
}

/** How values are laid out along the height of a plot. */
export interface HeightScale {
  readonly isLog: boolean;
  /** Whether outliers may lie outside. */
  readonly ignoresOutliers: boolean;
}

/** The limits of the other axis: all that is visible in a range, and some air. Null where nothing is. */
export function heightOf(
  lines: readonly Pick<Line, 'points' | 'look'>[],
  range: AxisRange,
  { isLog, ignoresOutliers }: HeightScale,
): AxisRange | null {
  const visible = lines.map(({ points, look }) => ({ look, values: visibleValues(points, range) }));
  // A spike stays in smooth values for long: what is usual is told by those that were logged.
  const logged = visible.filter(({ look }) => look !== 'smooth').map(({ values }) => values);
  const isOutlier = ignoresOutliers ? outliersOf(logged, isLog) : () => false;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { values } of visible) {
    for (const value of values) {
      if (isOutlier(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return null;
  return isLog ? withLogMargin(low, high) : withMargin(low, high);
}

/** The values in the range, and those at which the line enters and leaves it. */
function visibleValues({ x, y }: DrawnPoints, { from, to }: AxisRange): readonly number[] {
  const values: number[] = [];
  const first = firstFrom(x, from);
  let index = first;
  for (; index < x.length; index++) {
    if ((x[index] ?? to) > to) break;
    const value = y[index] ?? null;
    if (value !== null) values.push(value);
  }
  seeCrossing(first - 1, from);
  seeCrossing(index - 1, to);
  return values;

  function seeCrossing(before: number, at: number): void {
    const [x0, x1, y0, y1] = [x[before], x[before + 1], y[before], y[before + 1]];
    if (x0 === undefined || x1 === undefined || typeof y0 !== 'number' || typeof y1 !== 'number') return;
    if (x0 < at && at < x1) values.push(y0 + (y1 - y0) * ((at - x0) / (x1 - x0)));
  }
}

/** The index of the first that is not less. @param sorted ascending */
export function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? least) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withMargin(low: number, high: number): AxisRange {
  // So little apart that no ticks could be told from each other: a flat line, in the middle.
  const isFlat = high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-12;
  const margin = isFlat ? Math.abs(high) * 0.1 || 1 : (high / 2 - low / 2) * 2 * MARGIN;
  const room = Math.min(margin, LARGEST);
  return { from: Math.max(low - room, -LARGEST), to: Math.min(high + room, LARGEST) };
}

function withLogMargin(low: number, high: number): AxisRange {
  const margin = low === high ? 2 : Math.min((high / low) ** MARGIN, 10);
  return { from: Math.max(low / margin, Number.MIN_VALUE), to: Math.min(high * margin, LARGEST) };
}

/** A range in round numbers, no more than a thousandth of it away: short in the address. */
export function rounded({ from, to }: AxisRange): AxisRange {
  const digits = Math.min(Math.max(3 - Math.floor(Math.log10(to - from)), 0), 100);
  const round = (value: number) => Number(value.toFixed(digits));
  return round(from) < round(to) ? { from: round(from), to: round(to) } : { from, to };
}
