import type { ReadonlySignal } from '@preact/signals';
import type { ChartAxis } from '../../address/address.ts';
import type { AxisScale } from './axis-scale.ts';
import type { PanelState } from './curve.ts';
import type { LiveRun } from './live-run.ts';
import type { RequestSlots } from './request-slots.ts';
import type { Selection } from './selection.ts';

export type FailedPanel = Extract<PanelState, { readonly state: 'failed' }>;

/** What panels share. */
export interface PanelContext {
  readonly selection: ReadonlySignal<Selection>;
  /** Where the rows of a run lie on the axis; null where they have no place, undefined where that is not known yet. */
  readonly scaleOf: (runId: string) => AxisScale | null | undefined;
  /** Why that will not be known of any run; null where it is, or will be. */
  readonly axisFailure: () => FailedPanel | null;
  /** What to follow where the run trains; null where it does not, undefined where that is not known yet. */
  readonly liveRunOf: (runId: string) => LiveRun | null | undefined;
  /** Whether there is such a run, as far as that is known. */
  readonly exists: (runId: string) => boolean;
  /** Why rows have no place on the axis, in the user's language. */
  readonly offAxis: (axis: ChartAxis) => string;
  readonly slots: RequestSlots;
}
