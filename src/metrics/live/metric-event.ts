import type { Frame } from '../answers/frame.ts';
import type { Axis } from '../table/axis.ts';

/** What is to be told of a run's metrics, and how often. */
export interface MetricsFollowOptions {
  readonly axis: Axis;
  /** Null for all columns. */
  readonly columns: readonly string[] | null;
  /** The cursor of a frame or of an event: what has changed since is told. Null: everything there is. */
  readonly after: string | null;
  /** At most so many events a second tell of changes, 0.1 to 20. What there is already comes without a pause. */
  readonly maxHz: number;
}

export type MetricEvent = MetricDelta | MetricReset | MetricEnd;

/** Rows that were added or have changed. */
export interface MetricDelta {
  readonly type: 'delta';
  /** Whole rows, as they are now. */
  readonly frame: Frame;
  /** The x of rows that are gone. */
  readonly removed: Float64Array<ArrayBuffer>;
}

/**
 * What was told before is void, and everything is told again. `truncated`: the file was cut or overwritten; `replaced`:
 * another file is at its place; `originMoved`: seconds are counted from another moment.
 */
export interface MetricReset {
  readonly type: 'reset';
  readonly reason: 'truncated' | 'replaced' | 'originMoved';
  readonly cursor: string;
}

/** The run has ended or is gone, and everything was told. */
interface MetricEnd {
  readonly type: 'end';
  readonly cursor: string;
}
