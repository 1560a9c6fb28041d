import { useMemo } from 'preact/hooks';
import type { Curve, Stage } from '../data/curve.ts';
import { useStages } from '../data/use-stages.ts';
import { highlighted } from './shared-view.ts';

/**
 * The stages that a panel shows, which can be those of one run only: the one that is pointed at, or the first that has
 * any. The same list until they change.
 */
export function useStagesOfOne(curves: readonly Curve[]): readonly Stage[] {
  const stages = useStages();
  const pointed = highlighted.value;
  const runs = curves.map(({ runId }) => runId).toSorted((a, b) => Number(b === pointed) - Number(a === pointed));
  const found = runs.map((runId) => stages.get(runId) ?? []).find(({ length }) => length > 0) ?? [];
  const written = JSON.stringify(found);
  return useMemo(() => found, [written]);
}
