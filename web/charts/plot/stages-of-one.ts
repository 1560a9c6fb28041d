import { useMemo } from 'preact/hooks';
import type { Curve, Stage } from '../data/curve.ts';
import { useStages } from '../data/use-stages.ts';
import { highlighted } from './shared-view.ts';

/** The stages of one run. */
export interface StagesOfOne {
  readonly runId: string;
  readonly stages: readonly Stage[];
}

/**
 * The stages that a panel shows, which can be those of one run only: the one that is pointed at, or the first that has
 * any; null where none has. One that lasts goes as far as the run's curve. The same object until they change.
 */
export function useStagesOfOne(curves: readonly Curve[]): StagesOfOne | null {
  const stages = useStages();
  const pointed = highlighted.value;
  const first = curves
    .toSorted((a, b) => Number(b.runId === pointed) - Number(a.runId === pointed))
    .find(({ runId }) => (stages.get(runId) ?? []).length > 0);
  const found = first ? { runId: first.runId, stages: lastingTo(first, stages.get(first.runId) ?? []) } : null;
  const written = JSON.stringify(found);
  return useMemo(() => found, [written]);
}

function lastingTo({ x }: Curve, stages: readonly Stage[]): readonly Stage[] {
  const end = x[x.length - 1] ?? null;
  return stages.map((stage) => (stage.to === null ? { ...stage, to: end } : stage));
}
