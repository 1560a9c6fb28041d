import type { NonFinite } from '../../api/generated/graphql.ts';
import type { Curve } from '../data/curve.ts';

/** Values of one run that are not finite in the same way, each too near to the next to be marked one by one. */
export interface MarkCluster {
  readonly runId: string;
  readonly slot: number;
  readonly value: NonFinite;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Among the runs with such values: marks of several runs stand one above the other. */
  readonly row: number;
}

const KINDS = ['POSITIVE_INFINITY', 'NAN', 'NEGATIVE_INFINITY'] as const;

/** @param reach a mark nearer than this to the one before is one with it, in units of the axis */
export function markClusters(curves: readonly Curve[], reach: number): readonly MarkCluster[] {
  return KINDS.flatMap((value) =>
    curves
      .filter(({ nonFinite }) => nonFinite.some((mark) => mark.value === value))
      .flatMap((curve, row) => clustersOf(curve, value, row, reach)),
  );
}

function clustersOf({ runId, slot, nonFinite }: Curve, value: NonFinite, row: number, reach: number): MarkCluster[] {
  const clusters: MarkCluster[] = [];
  for (const mark of nonFinite) {
    if (mark.value !== value) continue;
    const last = clusters.at(-1);
    if (last && mark.x - last.to < reach) {
      const { from, to, count } = last;
      clusters[clusters.length - 1] = {
        ...last,
        from: Math.min(from, mark.x),
        to: Math.max(to, mark.x),
        count: count + 1,
      };
    } else clusters.push({ runId, slot, value, from: mark.x, to: mark.x, count: 1, row });
  }
  return clusters;
}
