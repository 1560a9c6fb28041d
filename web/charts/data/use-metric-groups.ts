import { address } from '../../address/navigation.ts';
import { QueryError } from '../../api/query.ts';
import { useCharts } from './charts.ts';
import { findMetrics, groupMetrics, type MetricGroup } from './metric-groups.ts';

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
    const error = failed.state === 'failed' ? failed.error : new QueryError('there is no such run', 'RUN_NOT_FOUND');
    return { state: 'failed', error, retry: () => names.retry() };
  }
  // `time` is when a row was logged, `epoch` where it lies.
  const isPanel = (name: string) => name !== 'time' && (name !== 'epoch' || axis !== 'epoch');
  const all = runs.flatMap((run) => (run.state === 'known' ? run.names : []));
  return { state: 'shown', groups: groupMetrics(findMetrics(all.filter(isPanel), metric)) };
}
