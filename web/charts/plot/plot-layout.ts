import type { AxisRange } from '../../address/address.ts';

/** Where in a panel things are drawn, in CSS pixels from its upper left corner. */
export interface PlotLayout {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: AxisRange;
  readonly y: AxisRange;
  readonly isLog: boolean;
}

/** Pixels from the left end of the axis; beyond its ends too. */
export function leftOf({ x, width }: PlotLayout, at: number): number {
  return ((at - x.from) / (x.to - x.from)) * width;
}

/** The place on the axis that many pixels from its left end. */
export function placeAt({ x, width }: PlotLayout, left: number): number {
  return x.from + (left / width) * (x.to - x.from);
}

/** Pixels from the top of the plot. */
export function topOf({ y, height, isLog }: PlotLayout, value: number): number {
  const scale = isLog ? Math.log10 : Number;
  return (1 - (scale(value) - scale(y.from)) / (scale(y.to) - scale(y.from))) * height;
}

/** What pixels show that are moved, and drawn out, so that what was at `from` comes to be at `to`. */
export function zoomed(layout: PlotLayout, from: readonly [number, number], to: readonly [number, number]): AxisRange {
  const [first, second] = [placeAt(layout, from[0]), placeAt(layout, from[1])];
  const perPixel = (second - first) / (to[1] - to[0]);
  const start = first - to[0] * perPixel;
  return { from: start, to: start + layout.width * perPixel };
}

/** A curve that ends that many pixels before a place still counts as being there. */
const REACH = 12;

/** The same in units of the axis. */
export function reachOf({ x, width }: PlotLayout): number {
  return ((x.to - x.from) / width) * REACH;
}
