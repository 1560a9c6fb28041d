import type { AxisRange } from '../../address/address.ts';

/** How the x of one run's rows, steps or seconds, lie on the axis of the charts. Ascending both ways. */
export interface AxisScale {
  readonly toChart: (x: number) => number;
  /** The part of the run's rows that lies in a part of the charts' axis. */
  readonly toRun: (range: AxisRange) => AxisRange;
}

/** Rows lie at their own x. */
export const SAME: AxisScale = { toChart: (x) => x, toRun: (range) => range };

/** Of a run whose rows the gateway refuses: should it give some after all, nobody knows yet where they lie. */
export const UNKNOWN: AxisScale = { toChart: () => Number.NaN, toRun: (range) => range };

/** Seconds lie at the moment that they are, in Unix seconds. @param origin Unix seconds at x = 0 */
export function clockScale(origin: number): AxisScale {
  return {
    toChart: (x) => origin + x,
    toRun: ({ from, to }) => ({ from: from - origin, to: to - origin }),
  };
}

/** Where an epoch begins. */
interface Knot {
  readonly step: number;
  readonly epoch: number;
}

/**
 * Steps lie at the epoch that they are in, fractions of it included: an epoch begins at the first step that logs it, and
 * what lies between, before and behind is on straight lines. So runs that log whole epochs, be it with every step or once
 * an epoch, have curves as readable as those that log fractions. An epoch lower than one before, as where training went on
 * from a checkpoint, counts for nothing.
 *
 * @param steps ascending @param epochs at these steps, null where none was logged
 * @returns null where no epoch was logged
 */
export function epochScale(steps: readonly number[], epochs: readonly (number | null)[]): AxisScale | null {
  const knots: Knot[] = [];
  for (const [index, step] of steps.entries()) {
    const epoch = epochs[index] ?? Number.NaN;
    if (epoch > (knots.at(-1)?.epoch ?? Number.NEGATIVE_INFINITY)) knots.push({ step, epoch });
  }
  const [first] = knots;
  if (!first) return null;
  // Of a run in its first epoch nobody knows how long that takes: it is as long as what there is of it.
  if (knots.length === 1)
    knots.push({ step: Math.max(steps.at(-1) ?? first.step, first.step) + 1, epoch: first.epoch + 1 });
  const toChart = (step: number) => onLine(knots, step, 'step', 'epoch');
  const toStep = (epoch: number) => onLine(knots, epoch, 'epoch', 'step');
  return { toChart, toRun: ({ from, to }) => ({ from: toStep(from), to: toStep(to) }) };
}

/** The line through the two knots around a place, or through the two nearest to it. @param knots two at least */
function onLine(knots: readonly Knot[], place: number, along: keyof Knot, up: keyof Knot): number {
  const behind = firstBehind(knots, place, along);
  const end = Math.min(Math.max(behind, 1), knots.length - 1);
  const [a, b] = [knots[end - 1], knots[end]];
  if (!a || !b) return place;
  if (place === b[along]) return b[up];
  return a[up] + ((place - a[along]) / (b[along] - a[along])) * (b[up] - a[up]);
}

/** The index of the first knot that lies behind the place, by halves. */
function firstBehind(knots: readonly Knot[], place: number, along: keyof Knot): number {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.[along] ?? place) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
