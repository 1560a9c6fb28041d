import type { AxisRange } from '../../address/address.ts';
import type { Axis } from '../../api/generated/graphql.ts';

/** Rows of a curve: about two for each pixel of a large panel. Of many curves, which hide each other's details, fewer. */
const [MOST_POINTS, FEWEST_POINTS] = [2000, 500] as const;
/** Rows of a panel, while that leaves enough for each curve. */
const PANEL_POINTS = 20_000;

/** How many rows are asked for. One of a few numbers: another asks for all curves anew. @param runs in a panel */
export function pointsOf(runs: number): number {
  const share = 2 ** Math.floor(Math.log2(PANEL_POINTS / MOST_POINTS / Math.max(1, runs)));
  return Math.min(Math.max(MOST_POINTS * share, FEWEST_POINTS), MOST_POINTS);
}

/** Which rows of which run, as the gateway is asked for them. */
export interface CurveRequest {
  readonly runId: string;
  readonly metric: string;
  readonly axis: Axis;
  /** In steps or seconds; null: all. */
  readonly range: AxisRange | null;
  /** Weight of the moving average; 0: none. */
  readonly smoothing: number;
  /** Rows at most; others are thinned out. */
  readonly points: number;
}

/** Requests of one key have the same answer. */
export function keyOf({ runId, metric, axis, range, smoothing, points }: CurveRequest): string {
  return JSON.stringify([runId, metric, axis, range?.from, range?.to, smoothing, points]);
}

/** The name under which the smoothed series comes: no other than the metric's own is in the answer. */
export function smoothedName(metric: string): string {
  return `${metric} smoothed`;
}
