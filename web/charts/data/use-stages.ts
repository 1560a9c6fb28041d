import { useCharts } from './charts.ts';
import type { Stage } from './curve.ts';

/** The stages that the compared runs went through, by run id, along the axis of the charts. */
export function useStages(): ReadonlyMap<string, readonly Stage[]> {
  return useCharts().stages.ofRuns();
}
