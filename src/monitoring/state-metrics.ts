import { Counter, Gauge, type Registry } from 'prom-client';
import type { Following } from '../following/following.ts';
import type { CacheStats } from '../metrics/metrics-cache.ts';

/** What is asked at each scrape. */
export interface StateSources {
  readonly metrics: { stats(): CacheStats };
  readonly liveMetrics: { readonly following: Following };
  readonly logs: { readonly following: Following };
  readonly runFollower: { readonly followers: number };
}

/** Tells what the gateway holds, as it is when it is asked. */
export function tellState({ metrics, liveMetrics, logs, runFollower }: StateSources, registry: Registry): void {
  const cacheGauge = (name: string, help: string, read: (stats: CacheStats) => number) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read(metrics.stats()));
        },
      }),
    );
  cacheGauge('runlens_cache_runs', 'Runs whose metrics are held in memory.', ({ size }) => size);
  cacheGauge('runlens_cache_max_runs', 'How many there may be.', ({ maxSize }) => maxSize);
  cacheGauge('runlens_cache_bytes', 'Memory that they and finished answers take.', ({ bytes }) => bytes);
  cacheGauge('runlens_cache_max_bytes', 'How much they may take.', ({ maxBytes }) => maxBytes);
  registry.registerMetric(
    new Counter({
      name: 'runlens_cache_answers_total',
      help: 'Answers of metrics by what they cost: hit (the file had not changed), incremental (what was appended was read), miss (all was).',
      labelNames: ['cost'],
      registers: [],
      collect() {
        const { hits, incrementalUpdates, misses } = metrics.stats();
        this.reset();
        this.inc({ cost: 'hit' }, hits);
        this.inc({ cost: 'incremental' }, incrementalUpdates);
        this.inc({ cost: 'miss' }, misses);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'runlens_cache_evictions_total',
      help: 'Runs that were dropped from memory to make room for others.',
      registers: [],
      collect() {
        this.reset();
        this.inc(metrics.stats().evictions);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'runlens_followed_files',
      help: 'Files that are watched for their readers, by what they hold.',
      labelNames: ['kind'],
      registers: [],
      collect() {
        this.set({ kind: 'metrics' }, liveMetrics.following.files);
        this.set({ kind: 'log' }, logs.following.files);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'runlens_subscribers',
      help: 'Who follows what, by whatever way it is asked for.',
      labelNames: ['kind'],
      registers: [],
      collect() {
        this.set({ kind: 'metrics' }, liveMetrics.following.streams);
        this.set({ kind: 'log' }, logs.following.streams);
        this.set({ kind: 'runs' }, runFollower.followers);
      },
    }),
  );
}
