/** The project, as its own build settings compile it. */
import { Logs } from '../src/logs/logs.ts';
import { MetricsCache } from '../src/metrics/metrics-cache.ts';

export { lttb } from '../src/metrics/lttb.ts';
export type { RunMetrics } from '../src/metrics/metrics-cache.ts';
export type { Table } from '../src/metrics/table.ts';

/** An empty cache, large enough that nothing is put out. */
export function newCache(): MetricsCache {
  return new MetricsCache({ maxRuns: 10, maxBytes: 4 * 1024 ** 3 });
}

export function newLogs(): Logs {
  return new Logs();
}
