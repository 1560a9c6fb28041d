import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { AxisRange, ChartAxis } from '../../address/address.ts';
import { shownRuns } from '../../address/compared-runs.ts';
import { address, go } from '../../address/navigation.ts';
import { rounded } from './limits.ts';

/** The place on the axis that all panels show the values of. */
export interface Cursor {
  readonly x: number;
  /** The panel in which it is moved. */
  readonly metric: string;
  /** The run whose curve is next to the pointer; null where none is, or the keyboard moves it. */
  readonly runId: string | null;
}

const placed = signal<(Cursor & { readonly axis: ChartAxis }) | null>(null);

/** Null where there is none on the axis that is shown. */
export const cursor: ReadonlySignal<Cursor | null> = computed(() =>
  placed.value?.axis === address.value.axis ? placed.value : null,
);

export function placeCursor(at: Cursor | null): void {
  placed.value = at && { ...at, axis: address.peek().axis };
}

/** What all panels show while they are moved or drawn out; null: what the address says. */
export const movingRange = signal<AxisRange | null>(null);

/** The run that the legend says is pointed at, or has the focus. */
export const pointed = signal<string | null>(null);

/** The run that the others step back for: the one that is pointed at, as long as it is drawn. */
export const highlighted: ReadonlySignal<string | null> = computed(() => {
  const runId = pointed.value;
  const isShown = shownRuns(address.value).some((run) => run.runId === runId);
  return runId !== null && isShown && !address.value.hidden.includes(runId) ? runId : null;
});

/** The panel that was focused or pointed at last: keys are for it. */
export const currentPanel = signal<string | null>(null);

/** Makes what is shown the address's, to which Back leads back. */
export function settleRange(range: AxisRange | null): void {
  batch(() => {
    go({ range: range && rounded(range) });
    movingRange.value = null;
  });
}
