import { type ComparedRun, shownRuns } from '../../address/compared-runs.ts';
import { address } from '../../address/navigation.ts';
import { useCharts } from './charts.ts';
import type { RunFacts } from './run-facts.ts';

/** The runs that are shown, and what is known of each: kept up to date while they change. */
export function useShownRuns(): readonly (ComparedRun & { readonly facts: RunFacts })[] {
  const { facts } = useCharts();
  return shownRuns(address.value).map(({ runId, slot }) => ({ runId, slot, facts: facts.of(runId) }));
}
