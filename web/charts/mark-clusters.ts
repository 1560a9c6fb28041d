import type { NonFinite } from '../api/generated/graphql.ts';
import type { Curve } from './curve.ts';

/** Values of one run that are not finite in the same way, and too near to each other to be marked one by one. */
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

/** @param reach marks nearer to each other than this are one, in units of the axis */
export function markClusters(curves: readonly Curve[], reach: number): readonly MarkCluster[] {
  return KINDS.flatMap((value) =>
    curves
      .filter(({ nonFinite }) => nonFinite.some((mark) => mark.value === value))
      .flatMap((curve, row) => clustersOf(curve, value, row, reach)),
  );
}

function clustersOf({ runId, slot, nonFinite }: Curve, value: NonFinite, row: number, reach: number): MarkCluster[] {
  const groups: number[][] = [];
  for (const mark of nonFinite) {
    if (mark.value !== value) continue;
    const group = groups.at(-1);
    if (group?.[0] !== undefined && mark.x - group[0] < reach) group.push(mark.x);
    else groups.push([mark.x]);
  }
  return groups.map((places) => ({
    runId,
    slot,
    value,
    from: Math.min(...places),
    to: Math.max(...places),
    count: places.length,
    row,
  }));
}
