import type { AxisRange } from '../address/address.ts';
import type { Axis } from '../api/generated/graphql.ts';

/** Rows that are asked for: about two for each pixel of a large panel. */
export const POINTS = 2000;

/** Which rows of which run, as the gateway is asked for them. */
export interface CurveRequest {
  readonly runId: string;
  readonly metric: string;
  readonly axis: Axis;
  /** In steps or seconds; null: all. */
  readonly range: AxisRange | null;
  /** Weight of the moving average; 0: none. */
  readonly smoothing: number;
}

/** Requests of one key have the same answer. */
export function keyOf({ runId, metric, axis, range, smoothing }: CurveRequest): string {
  return JSON.stringify([runId, metric, axis, range?.from, range?.to, smoothing]);
}

/** The name under which the smoothed series comes: no other than the metric's own is in the answer. */
export function smoothedName(metric: string): string {
  return `${metric} smoothed`;
}
