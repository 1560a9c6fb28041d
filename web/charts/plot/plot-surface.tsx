import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChartAxis } from '../../address/address.ts';
import { inLanguage } from '../../ui/language.ts';
import type { Curve } from '../data/curve.ts';
import { placeText } from './axis-texts.ts';
import { listenForGestures, type Span } from './gestures.ts';
import { listPlot, type PlotTarget, plotActions } from './plot-actions.ts';
import { type PlotLayout, reachOf } from './plot-layout.ts';
import { currentPanel, cursor } from './shared-view.ts';
import { valueText } from './value-texts.ts';
import { valuesAt } from './values-at.ts';

const texts = inLanguage(
  {
    label: (metric: string) => `Place in ${metric}`,
    noPlace: 'no place; arrow keys choose one',
  },
  {
    label: (metric) => `${metric} 中的位置`,
    noPlace: '未选择位置，可用方向键选择',
  },
);

interface PlotSurfaceProps {
  readonly metric: string;
  readonly axis: ChartAxis;
  readonly curves: readonly Curve[];
  readonly names: ReadonlyMap<string, string>;
  readonly layout: ReadonlySignal<PlotLayout | null>;
}

/** What takes the pointer and the keys over a plot. To those who do not see it, it is a slider along the axis that tells the values. */
export function PlotSurface({ metric, axis, curves, names, layout: { value: layout } }: PlotSurfaceProps) {
  const element = useRef<HTMLDivElement>(null);
  const selection = useSignal<Span | null>(null);
  const target = useRef<PlotTarget | null>(null);
  target.current = layout && { metric, curves, layout };

  useLayoutEffect(() => {
    const stop = new AbortController();
    const actions = plotActions(
      () => target.current,
      (span) => {
        selection.value = span;
      },
    );
    if (element.current) listenForGestures(element.current, actions, stop.signal);
    return () => stop.abort();
  }, [selection]);
  useLayoutEffect(() => listPlot(metric, () => target.current), [metric]);

  const at = useComputed(() => (cursor.value?.metric === metric ? cursor.value.x : null)).value;
  return (
    <div
      ref={element}
      class="plot-surface"
      role="slider"
      tabIndex={0}
      aria-label={texts.label(metric)}
      aria-valuemin={layout?.x.from ?? 0}
      aria-valuemax={layout?.x.to ?? 0}
      aria-valuenow={at ?? layout?.x.from ?? 0}
      aria-valuetext={at === null || !layout ? texts.noPlace : spoken({ metric, curves, layout }, axis, names, at)}
      onFocus={() => {
        currentPanel.value = metric;
      }}
    >
      {selection.value && (
        <div
          class="plot-selection"
          style={{ left: `${selection.value[0]}px`, width: `${selection.value[1] - selection.value[0]}px` }}
        />
      )}
    </div>
  );
}

/** The place, and what the curves are there, for who hears it. */
function spoken(
  { curves, layout }: PlotTarget,
  axis: ChartAxis,
  names: ReadonlyMap<string, string>,
  at: number,
): string {
  const values = valuesAt(curves, at, reachOf(layout));
  return [
    placeText(axis, at),
    ...values.map(({ runId, value }) => `${names.get(runId) ?? runId} ${valueText(value)}`),
  ].join(', ');
}
