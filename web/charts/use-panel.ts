import { useEffect, useMemo } from 'preact/hooks';
import { useCharts } from './charts.ts';
import type { PanelState } from './curve.ts';

/**
 * The curves of a metric, for all compared runs. They are loaded when they are visible for the first time, and follow the
 * runs while they are visible; what is shown stays meanwhile. The state is another object whenever it changes, a curve is
 * another object whenever that curve does.
 */
export function usePanel(metric: string, isVisible: boolean): PanelState {
  const charts = useCharts();
  const panel = useMemo(() => charts.panel(metric), [charts, metric]);
  useEffect(() => {
    if (!isVisible) return;
    panel.show();
    return () => panel.hide();
  }, [panel, isVisible]);
  return panel.state.value;
}
