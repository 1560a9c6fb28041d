import { useEffect, useMemo } from 'preact/hooks';
import { useCharts } from './charts.ts';
import type { PanelState } from './curve.ts';
import type { Panel } from './panel.ts';

/**
 * The curves of a metric, for all compared runs. They are loaded when they are used for the first time, and follow the
 * runs while they are used; what is shown stays for a while. The state is another object whenever it changes, a curve is
 * another object whenever that curve does.
 */
export function usePanel(metric: string): PanelState {
  const panel = usePanelOf(metric);
  useEffect(() => {
    panel.show();
    return () => panel.hide();
  }, [panel]);
  return panel.state.value;
}

/** The same for who does not have them loaded. */
export function usePanelState(metric: string): PanelState {
  return usePanelOf(metric).state.value;
}

function usePanelOf(metric: string): Panel {
  const charts = useCharts();
  return useMemo(() => charts.panel(metric), [charts, metric]);
}
