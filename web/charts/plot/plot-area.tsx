import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { address } from '../../address/navigation.ts';
import { inLanguage } from '../../ui/language.ts';
import type { Curve, Stage } from '../data/curve.ts';
import { drawnPoints } from './drawn-points.ts';
import { OutsideNotes } from './outside-notes.tsx';
import { Plot } from './plot.ts';
import type { PlotLayout } from './plot-layout.ts';
import { PlotMarks } from './plot-marks.tsx';
import type { Line } from './plot-options.ts';
import { PlotReadout } from './plot-readout.tsx';
import { PlotSurface } from './plot-surface.tsx';
import { highlighted, movingRange } from './shared-view.ts';
import { useStagesOfOne } from './stages-of-one.ts';
import './plot.css';

const texts = inLanguage(
  { unloggable: 'Values of 0 and below are not on a log scale' },
  { unloggable: '对数坐标不显示小于等于 0 的值' },
);

const NO_STAGES: readonly Stage[] = [];

interface PlotAreaProps {
  readonly metric: string;
  readonly curves: readonly Curve[];
  /** What people call the runs, by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** The curves of a panel, with all that can be done to them. */
export function PlotArea({ metric, curves, names }: PlotAreaProps) {
  const staged = useStagesOfOne(curves);
  const stages = staged?.stages ?? NO_STAGES;
  const { axis, logScale, ignoreOutliers } = address.value;
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const layout = useSignal<PlotLayout | null>(null);
  const lines = useMemo(() => linesOf(curves, logScale), [curves, logScale]);

  useLayoutEffect(() => {
    if (!canvas.current) return;
    const made = new Plot(canvas.current, (next) => {
      if (JSON.stringify(next) !== JSON.stringify(layout.peek())) layout.value = next;
    });
    plot.current = made;
    return () => made.destroy();
  }, [layout]);
  useLayoutEffect(() => {
    const content = { lines, stages, axis, isLog: logScale, ignoresOutliers: ignoreOutliers };
    plot.current?.show(content, movingRange.peek() ?? address.peek().range);
  }, [lines, stages, axis, logScale, ignoreOutliers]);
  const range = useComputed(() => movingRange.value ?? address.value.range);
  useSignalEffect(() => plot.current?.move(range.value, movingRange.value !== null));
  useSignalEffect(() => plot.current?.highlight(highlighted.value));

  const part = { metric, axis, curves, names, layout };
  return (
    <div class="plot-frame">
      {ignoreOutliers && <OutsideNotes curves={curves} layout={layout} />}
      <div class="plot">
        <div ref={canvas} class="plot-canvas" aria-hidden="true" />
        <PlotBox layout={layout}>
          <PlotSurface {...part} />
          <PlotMarks {...part} />
          <PlotReadout {...part} staged={staged} />
        </PlotBox>
        {logScale && curves.some(hasUnloggable) && <p class="plot-note">{texts.unloggable}</p>}
      </div>
    </div>
  );
}

interface PlotBoxProps {
  readonly layout: ReadonlySignal<PlotLayout | null>;
  readonly children: ComponentChildren;
}

/** What lies over the lines, and not over the axes. */
function PlotBox({ layout: { value: layout }, children }: PlotBoxProps) {
  const { left = 0, top = 0, width = 0, height = 0 } = layout ?? {};
  return (
    <div class="plot-box" style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}>
      {children}
    </div>
  );
}

/** Smooth lines over all raw ones. */
function linesOf(curves: readonly Curve[], isLog: boolean): readonly Line[] {
  const lines = curves.flatMap(({ runId, slot, x, values, smoothed, nonFinite, nonFiniteCount }) => {
    const areAll = nonFinite.length >= nonFiniteCount;
    const line = (y: Curve['values'], look: Line['look']) => ({
      runId,
      slot,
      points: drawnPoints({ x, y }, nonFinite, areAll, isLog),
      look,
    });
    return smoothed ? [line(values, 'faint'), line(smoothed, 'smooth')] : [line(values, 'plain')];
  });
  return lines.toSorted((a, b) => Number(b.look === 'faint') - Number(a.look === 'faint'));
}

function hasUnloggable({ values }: Curve): boolean {
  return values.some((value) => value !== null && value <= 0);
}
