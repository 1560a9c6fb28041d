import type { MetricEvent } from '../../../examples/typescript/merge-delta.ts';
import type { AxisRange } from '../../address/address.ts';
import type { LiveRowsSubscription } from '../../api/generated/graphql.ts';

export type LiveEvent = LiveRowsSubscription['metrics'];
/** A change of several metrics. */
type LiveDelta = Extract<LiveEvent, { readonly __typename: 'MetricDelta' }>;

/** A change of one metric. */
export type CurveDelta = Extract<MetricEvent, { readonly __typename: 'MetricDelta' }>;

/**
 * What a change of several metrics says of one in a part of the axis: as if that metric alone were followed there. A row in
 * which it has no value is one that is gone, if it ever was.
 */
export function ofMetric({ frame, removed }: LiveDelta, metric: string, range: AxisRange | null): CurveDelta {
  const isInRange = (x: number) => range === null || (x >= range.from && x <= range.to);
  const series = frame.series.find(({ name }) => name === metric);
  const labels = frame.labels.find(({ name }) => name === metric);
  const nonFinite = (series?.nonFinite ?? []).filter(({ x }) => isInRange(x));
  const marked = new Set(nonFinite.map(({ x }) => x));
  const x: number[] = [];
  const values: (number | null)[] = [];
  const gone: number[] = removed.filter((at) => at !== null).filter(isInRange);
  for (const [index, at] of frame.x.entries()) {
    if (at === null || !isInRange(at)) continue;
    const value = series?.values[index] ?? null;
    if (value === null && !marked.has(at) && (labels?.values[index] ?? null) === null) {
      gone.push(at);
      continue;
    }
    x.push(at);
    values.push(value);
  }
  return {
    __typename: 'MetricDelta',
    frame: { x, series: [{ name: metric, values, nonFinite }], cursor: frame.cursor },
    removed: gone.toSorted((a, b) => a - b),
  };
}
