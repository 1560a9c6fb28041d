import { type ComparedRun, comparedRuns } from '../../address/compared-runs.ts';
import { address } from '../../address/navigation.ts';
import { useCharts } from './charts.ts';
import type { RunFacts } from './run-facts.ts';

/** The compared runs, and what is known of each: kept up to date while they change. */
export function useComparedRuns(): readonly (ComparedRun & { readonly facts: RunFacts })[] {
  const { facts } = useCharts();
  return comparedRuns(address.value.runs).map(({ runId, slot }) => ({ runId, slot, facts: facts.of(runId) }));
}
