import type { NonFinite } from '../../api/generated/graphql.ts';

/** The curve of one run in a panel. `x`, `values` and `smoothed` are of one length. */
export interface Curve {
  readonly runId: string;
  /** Its colour. */
  readonly slot: number;
  /** Ascending, in the units of the axis: steps, seconds, Unix seconds, epochs. */
  readonly x: readonly number[];
  /** Null where there is none, and where it is not finite. */
  readonly values: readonly (number | null)[];
  /** The same, smoothed by the gateway. Null where nothing is to be smoothed. */
  readonly smoothed: readonly (number | null)[] | null;
  /** Where NaN or an infinity was logged, ascending; the first of many. */
  readonly nonFinite: readonly NonFiniteMark[];
  /** How many of these there are in all. */
  readonly nonFiniteCount: number;
  /** Whether it has all points of the range, none thinned out. */
  readonly isWhole: boolean;
}

export interface NonFiniteMark {
  readonly x: number;
  readonly value: NonFinite;
}

/** A part of the axis during which a run was in one stage. */
export interface Stage {
  readonly label: string;
  readonly from: number;
  /** Where the next begins; null while it lasts. */
  readonly to: number | null;
}

/** What a panel can show. */
export type PanelState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown; readonly retry: () => void }
  | {
      readonly state: 'shown';
      /** In the order of the compared runs; without those that do not log the metric. */
      readonly curves: readonly Curve[];
      /** Why some runs have no curve. */
      readonly failures: readonly { readonly runId: string; readonly message: string }[];
      /** Whether something else was asked for meanwhile, such as another range, and is on its way. */
      readonly isStale: boolean;
    };
