import { RunMetricsDocument, SparklinesDocument } from '../api/generated/graphql.ts';
import { QueryError, query } from '../api/query.ts';
import { InView } from './in-view.ts';
import type { Run } from './loaded-runs.ts';
import type { SparklineSeries } from './sparkline-shape.ts';

/** What is to be drawn in a row. */
export interface SparklineOf {
  readonly run: Run;
  readonly metric: string;
}

/** A curve, or why there is none; null where the run does not log the metric. */
export type Sparkline =
  | { readonly series: SparklineSeries & { readonly nonFiniteCount: number } }
  | { readonly failure: string }
  | null;

const RUNNING_HOLDS_MS = 3000;
/** A run without a status may be written to, or not. */
const UNKNOWN_HOLDS_MS = 30_000;

function holdsFor({ status }: Run): number {
  if (status === 'RUNNING') return RUNNING_HOLDS_MS;
  return status === 'UNKNOWN' ? UNKNOWN_HOLDS_MS : Number.POSITIVE_INFINITY;
}

/** The curves of the runs in view. */
export function sparklines(): InView<SparklineOf, Sparkline> {
  return new InView({
    keyOf: ({ run, metric }) => `${run.runId} ${metric}`,
    versionOf: ({ run }) => `${run.status} ${run.endedAt}`,
    holdsFor: ({ run }) => holdsFor(run),
    batch: 4,
    async load(items, stopped) {
      const columns = [...new Set(items.map(({ metric }) => metric))];
      const runIds = items.map(({ run }) => run.runId);
      const { compareRuns } = await query(SparklinesDocument, { runIds, columns }, stopped);
      return compareRuns.map(({ result }, index): Sparkline => {
        if (result.__typename !== 'MetricFrame') return { failure: result.message };
        const series = result.series.find(({ name }) => name === items[index]?.metric);
        return series ? { series } : null;
      });
    },
  });
}

/** The names of what can be drawn of the runs in view, in the order in which each run logged them. */
export function runMetrics(): InView<Run, readonly string[]> {
  return new InView({
    keyOf: ({ runId }) => runId,
    versionOf: ({ status, endedAt }) => `${status} ${endedAt}`,
    // A run that has begun to log goes on with more seldom.
    holdsFor: (run, metrics) => holdsFor(run) * (metrics.length > 0 ? 10 : 1),
    batch: 1,
    load: (runs, stopped) => Promise.all(runs.map((run) => metricsOf(run, stopped))),
  });
}

async function metricsOf({ runId }: Run, stopped: AbortSignal): Promise<readonly string[]> {
  try {
    const { run } = await query(RunMetricsDocument, { runId }, stopped);
    return (run?.columns?.nodes ?? []).flatMap(({ name, kind }) => (kind === 'LABEL' ? [] : [name]));
  } catch (error) {
    // Those of a run that cannot be read are not to be drawn.
    if (error instanceof QueryError && error.code === 'DATA_UNREADABLE') return [];
    throw error;
  }
}

/** Which metric tells most of a run: the one that it declared, else a loss, else its first. Undefined where that is unknown. */
export function mainMetric({ bestMetric }: Run, metrics: readonly string[] | undefined): string | undefined {
  if (bestMetric) return bestMetric.name;
  const drawable = (metrics ?? []).filter((name) => !COUNTERS.has(name));
  return drawable.find((name) => /loss/i.test(name)) ?? drawable[0];
}

/** They count what passes, and tell nothing of how well. */
const COUNTERS: ReadonlySet<string> = new Set(['epoch', 'step', 'time']);
