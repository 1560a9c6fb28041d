import type { Curve } from '../data/curve.ts';
import type { GestureActions, Span } from './gestures.ts';
import { type PlotLayout, placeAt, reachOf, topOf, zoomed } from './plot-layout.ts';
import { currentPanel, cursor, movingRange, placeCursor, settleRange } from './shared-view.ts';
import { nearestPlace, nextPlace, valuesAt } from './values-at.ts';

/** A plot that is acted on. */
export interface PlotTarget {
  readonly metric: string;
  readonly curves: readonly Curve[];
  readonly layout: PlotLayout;
}

const plots = new Map<string, () => PlotTarget | null>();

/** Lets a plot be acted on by keys. @returns what ends it */
export function listPlot(metric: string, target: () => PlotTarget | null): () => void {
  plots.set(metric, target);
  return () => {
    if (plots.get(metric) === target) plots.delete(metric);
  };
}

/** The plot that was focused or pointed at last, or the first. */
export function currentPlot(): PlotTarget | null {
  const current = plots.get(currentPanel.value ?? '') ?? plots.values().next().value;
  return current?.() ?? null;
}

/** A curve is next to the pointer if it is no more pixels away. */
const NEXT = 40;

/** @param target what is there at the moment; null: nothing */
export function plotActions(target: () => PlotTarget | null, select: (span: Span | null) => void): GestureActions {
  let grabbed: PlotLayout | null = null;
  return {
    select,
    point(left, top) {
      const plot = target();
      if (plot) point(plot, left, top);
    },
    leave() {
      placeCursor(null);
    },
    zoom([left, right]) {
      const layout = target()?.layout;
      const range = layout && { from: placeAt(layout, left), to: placeAt(layout, right) };
      if (range && canShow(range)) settleRange(range);
    },
    grab() {
      const layout = target()?.layout;
      // What is being moved already may not be drawn yet.
      grabbed = layout ? { ...layout, x: movingRange.peek() ?? layout.x } : null;
    },
    drag(from, to) {
      const range = grabbed && zoomed(grabbed, from, to);
      if (range && canShow(range)) movingRange.value = range;
    },
    release() {
      if (movingRange.value) settleRange(movingRange.value);
    },
    reset() {
      settleRange(null);
    },
  };
}

/** Moves the cursor to the logged place that is nearest to the pointer. */
function point({ metric, curves, layout }: PlotTarget, left: number, top: number): void {
  currentPanel.value = metric;
  const under = placeAt(layout, left);
  const nearest = nearestPlace(curves, under);
  const x = nearest !== null && isVisible(layout, nearest) ? nearest : under;
  placeCursor({ metric, x, runId: runNextTo(curves, layout, x, top) });
}

function runNextTo(curves: readonly Curve[], layout: PlotLayout, x: number, top: number): string | null {
  const distances = valuesAt(curves, x, reachOf(layout)).flatMap(({ runId, value }) =>
    typeof value === 'number' ? { runId, distance: Math.abs(topOf(layout, value) - top) } : [],
  );
  const [next] = distances.filter(({ distance }) => distance <= NEXT).toSorted((a, b) => a.distance - b.distance);
  return next?.runId ?? null;
}

/** Moves the cursor by so many logged places, as far as they are visible; to an end where there is no cursor yet. */
export function moveCursor({ metric, curves, layout }: PlotTarget, direction: 1 | -1, count: number): void {
  let x = cursor.value?.x ?? null;
  for (let moved = 0; moved < count; moved++) {
    const next = x === null ? firstPlace(curves, layout, direction) : nextPlace(curves, x, direction);
    if (next === null || !isVisible(layout, next)) break;
    x = next;
  }
  if (x !== null) placeCursor({ metric, x, runId: null });
}

function firstPlace(curves: readonly Curve[], { x: { from, to } }: PlotLayout, direction: 1 | -1): number | null {
  const end = direction === 1 ? from : to;
  const atEnd = nearestPlace(curves, end);
  return atEnd === end ? end : nextPlace(curves, end, direction);
}

/** Draws the axis out about the cursor, or the middle. @param factor more than 1 shows less of it */
export function zoomAtCursor({ layout }: PlotTarget, factor: number): void {
  const { from, to } = layout.x;
  const at = cursor.value && isVisible(layout, cursor.value.x) ? cursor.value.x : (from + to) / 2;
  const range = { from: at - (at - from) / factor, to: at + (to - at) / factor };
  if (canShow(range)) settleRange(range);
}

function isVisible({ x: { from, to } }: PlotLayout, x: number): boolean {
  return x >= from && x <= to;
}

/** Whether the pixels of a range are places of their own. */
function canShow({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return to - from > Math.max(Math.abs(from), Math.abs(to)) * 1e-12 && Number.isFinite(to - from);
}
