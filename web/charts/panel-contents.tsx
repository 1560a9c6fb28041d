import { useMemo } from 'preact/hooks';
import { address } from '../address/navigation.ts';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../ui/language.ts';
import type { Curve, PanelState } from './data/curve.ts';
import { usePanel, usePanelState } from './data/use-panel.ts';
import { PlotArea } from './plot/plot-area.tsx';
import { useRunNames } from './run-names.ts';

const texts = inLanguage(
  {
    loading: 'Loading…',
    empty: 'None of the shown runs has values here.',
    notFinite: (count: number) => `${count} × NaN or ∞`,
  },
  {
    loading: '加载中…',
    empty: '当前显示的运行没有该指标的值。',
    notFinite: (count) => `${count} 个 NaN 或 ∞`,
  },
);

/** The curves of one metric, and what became of those that are missing. */
export function PanelContents({ metric }: { readonly metric: string }) {
  const names = useRunNames();
  const panel = usePanel(metric);
  const { hidden } = address.value;
  const curves = useMemo(() => curvesOf(panel, hidden), [panel, hidden]);
  return (
    <>
      <div class="chart-place" aria-busy={panel.state === 'loading' || (panel.state === 'shown' && panel.isStale)}>
        {panel.state === 'loading' && <p class="chart-loading">{texts.loading}</p>}
        {panel.state === 'failed' && <Failure error={panel.error} retry={panel.retry} />}
        {panel.state === 'shown' && curves.length === 0 && <p class="chart-empty">{texts.empty}</p>}
        {curves.length > 0 && <PlotArea metric={metric} curves={curves} names={names} />}
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
    </>
  );
}

/** How many values cannot be drawn as points; nothing where there are none. */
export function NotFinite({ metric }: { readonly metric: string }) {
  const curves = curvesOf(usePanelState(metric), address.value.hidden);
  const count = curves.reduce((sum, curve) => sum + curve.nonFiniteCount, 0);
  return count > 0 ? <span class="chart-not-finite">{texts.notFinite(count)}</span> : null;
}

/** Those that are drawn. */
function curvesOf(panel: PanelState, hidden: readonly string[]): readonly Curve[] {
  return panel.state === 'shown' ? panel.curves.filter(({ runId }) => !hidden.includes(runId)) : [];
}
