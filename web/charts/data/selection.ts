import type { AxisRange, ChartAxis } from '../../address/address.ts';
import type { ComparedRun } from '../../address/compared-runs.ts';
import type { Axis } from '../../api/generated/graphql.ts';

/** What the charts are to show, of every metric alike. */
export interface Selection {
  readonly runs: readonly ComparedRun[];
  readonly axis: ChartAxis;
  /** The visible part of the axis, in its units; null: all. */
  readonly range: AxisRange | null;
  /** Weight of the moving average, from 0 (none) to less than 1. */
  readonly smoothing: number;
}

/** By what the gateway orders the rows of a chart. */
export function gatewayAxis(axis: ChartAxis): Axis {
  return axis === 'step' || axis === 'epoch' ? 'STEP' : 'TIME';
}
