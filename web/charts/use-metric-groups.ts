import { address } from '../address/navigation.ts';
import { QueryError } from '../api/query.ts';
import { inLanguage } from '../ui/language.ts';
import { useCharts } from './charts.ts';
import { findMetrics, groupMetrics, type MetricGroup } from './metric-groups.ts';

const texts = inLanguage(
  { missing: 'There is no such run. It may have been deleted, or lie in another storage.' },
  { missing: '没有这个运行。它可能已被删除，或位于其他存储目录中。' },
);

export type MetricGroups =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown; readonly retry: () => void }
  | { readonly state: 'shown'; readonly groups: readonly MetricGroup[] };

/** The metrics that the compared runs log, as far as the search in the address finds them. New ones appear. */
export function useMetricGroups(): MetricGroups {
  const { names } = useCharts();
  const { axis, metric } = address.value;
  const runs = names.ofRuns();
  // What the first run logs comes first: others only add to it.
  const first = runs.find(({ state }) => state === 'loading' || state === 'known');
  if (first?.state === 'loading') return { state: 'loading' };
  const failed = runs.find(({ state }) => state === 'failed' || state === 'missing');
  if (!first && failed) {
    const error = failed.state === 'failed' ? failed.error : new QueryError(texts.missing, 'RUN_NOT_FOUND');
    return { state: 'failed', error, retry: () => names.retry() };
  }
  // `time` is when a row was logged, `epoch` where it lies.
  const isPanel = (name: string) => name !== 'time' && (name !== 'epoch' || axis !== 'epoch');
  const all = runs.flatMap((run) => (run.state === 'known' ? run.names : []));
  return { state: 'shown', groups: groupMetrics(findMetrics(all.filter(isPanel), metric)) };
}
