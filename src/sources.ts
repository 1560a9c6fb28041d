import { Logs } from './logs/logs.ts';
import { LiveMetrics } from './metrics/live/live-metrics.ts';
import { MetricsCache } from './metrics/metrics-cache.ts';
import { DirectoryWatches } from './runs/directory-watches.ts';
import { RunCatalog } from './runs/run-catalog.ts';
import { RunFollower } from './runs/run-follower.ts';
import type { StorageBounds } from './storage/files.ts';

const MOST_RUNS_CACHED = 100;

/** All that answers are made of: the runs of a storage, their metrics and their logs. */
export class Sources {
  readonly bounds: StorageBounds;
  readonly catalog: RunCatalog;
  readonly runFollower: RunFollower;
  readonly metrics: MetricsCache;
  readonly liveMetrics: LiveMetrics;
  readonly logs: Logs;

  /** @param cacheBytes budget of the metrics cache @param warn told what the operator should know */
  constructor(bounds: StorageBounds, cacheBytes: number, warn: (message: string) => void) {
    this.bounds = bounds;
    this.catalog = new RunCatalog(bounds, warn, new DirectoryWatches(warn));
    this.runFollower = new RunFollower(this.catalog, warn);
    this.metrics = new MetricsCache(bounds, { maxRuns: MOST_RUNS_CACHED, maxBytes: cacheBytes });
    this.liveMetrics = new LiveMetrics(this.metrics);
    this.logs = new Logs(bounds);
  }

  /** Ends whatever follows a file or the runs: as an answer it would take as long as it may. */
  stopFollowing(): void {
    this.logs.close();
    this.liveMetrics.close();
    this.runFollower.close();
  }

  async close(): Promise<void> {
    this.catalog.close();
    await this.metrics.close();
  }
}
