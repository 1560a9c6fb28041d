import { useMemo, useRef } from 'preact/hooks';
import { address, go } from '../address/navigation.ts';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../ui/language.ts';
import { PlotArea } from './plot-area.tsx';
import { useRunNames } from './run-names.ts';
import { currentPanel } from './shared-view.ts';
import { useIsNear } from './use-is-near.ts';
import { usePanel } from './use-panel.ts';

const texts = inLanguage(
  {
    enlarge: (metric: string) => `Enlarge ${metric}`,
    reduce: 'Back to all panels',
    loading: 'Loading…',
    empty: 'None of the shown runs has values here.',
    notFinite: (count: number) => `${count} × NaN or ∞`,
  },
  {
    enlarge: (metric) => `最大化 ${metric}`,
    reduce: '返回全部图表',
    loading: '加载中…',
    empty: '当前显示的运行没有该指标的值。',
    notFinite: (count) => `${count} 个 NaN 或 ∞`,
  },
);

interface ChartPanelProps {
  readonly metric: string;
  /** Without the group's name before it. */
  readonly title: string;
}

/** The curves of one metric. Asked for when they come near, and not drawn out of sight. */
export function ChartPanel({ metric, title }: ChartPanelProps) {
  const names = useRunNames();
  const element = useRef<HTMLElement>(null);
  const isNear = useIsNear(element);
  const panel = usePanel(metric, isNear);
  const { hidden } = address.value;
  const isLarge = address.value.panel === metric;
  // Alone, it is below no group.
  const Heading = isLarge ? 'h2' : 'h3';
  const curves = useMemo(
    () => (panel.state === 'shown' ? panel.curves.filter(({ runId }) => !hidden.includes(runId)) : []),
    [panel, hidden],
  );
  const notFinite = curves.reduce((count, curve) => count + curve.nonFiniteCount, 0);
  return (
    <section
      ref={element}
      class={`chart-panel ${isLarge ? 'chart-panel-large' : ''}`}
      aria-label={metric}
      aria-busy={panel.state === 'loading' || (panel.state === 'shown' && panel.isStale)}
      data-metric={metric}
      tabIndex={-1}
      onFocusCapture={() => {
        currentPanel.value = metric;
      }}
    >
      <header>
        <Heading title={metric}>{title}</Heading>
        {notFinite > 0 && <span class="chart-not-finite">{texts.notFinite(notFinite)}</span>}
        <button
          type="button"
          class="plain"
          aria-label={isLarge ? texts.reduce : texts.enlarge(metric)}
          title={isLarge ? texts.reduce : texts.enlarge(metric)}
          onClick={() => go({ panel: isLarge ? null : metric })}
        >
          {isLarge ? '✕' : '⤢'}
        </button>
      </header>
      <div class="chart-place">
        {panel.state === 'loading' && <p class="chart-loading">{texts.loading}</p>}
        {panel.state === 'failed' && <Failure error={panel.error} retry={panel.retry} />}
        {panel.state === 'shown' && curves.length === 0 && <p class="chart-empty">{texts.empty}</p>}
        {isNear && curves.length > 0 && <PlotArea metric={metric} curves={curves} names={names} />}
      </div>
      {panel.state === 'shown' && panel.failures.length > 0 && (
        <ul class="chart-failures">
          {panel.failures.map(({ runId, message }) => (
            <li key={runId} title={message}>
              <strong>{names.get(runId) ?? runId}</strong> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
