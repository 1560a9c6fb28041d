import { useMemo } from 'preact/hooks';
import type { RunFacts } from './data/run-facts.ts';
import { useShownRuns } from './data/use-shown-runs.ts';

/** What people call a run; its id until that is known. */
export function nameOf(runId: string, facts: RunFacts): string {
  return facts.state === 'known' ? facts.name : runId;
}

/** The names of the compared runs, by id; the same map until one changes. */
export function useRunNames(): ReadonlyMap<string, string> {
  const names = useShownRuns().map(({ runId, facts }) => [runId, nameOf(runId, facts)] as const);
  const written = JSON.stringify(names);
  return useMemo(() => new Map(names), [written]);
}
