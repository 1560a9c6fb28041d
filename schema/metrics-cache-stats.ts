import type { CacheStats } from '../src/metrics/metrics-cache.ts';
import { builder } from './builder.ts';

const MetricsCacheStatsType = builder.objectRef<CacheStats>('MetricsCacheStats').implement({
  description: 'What the cache of parsed metrics holds, and what its answers cost, over REST and GraphQL.',
  fields: (t) => ({
    size: t.exposeInt('size', { description: 'Runs held.' }),
    maxSize: t.exposeInt('maxSize', { description: 'Runs that may be held.' }),
    bytes: t.expose('bytes', { type: 'SafeInt', description: 'Bytes of memory that they take, about.' }),
    maxBytes: t.expose('maxBytes', { type: 'SafeInt', description: 'Bytes of memory that they may take.' }),
    hits: t.expose('hits', { type: 'SafeInt', description: 'Answers from a file that had not changed.' }),
    misses: t.expose('misses', { type: 'SafeInt', description: 'Answers for which all of a file was read.' }),
    incrementalUpdates: t.expose('incrementalUpdates', {
      type: 'SafeInt',
      description: 'Answers for which only what had been appended was read.',
    }),
    hitRate: t.exposeFloat('hitRate', { description: 'Share of hits in all answers.' }),
    incrementalRate: t.exposeFloat('incrementalRate', { description: 'Share of incremental updates in all answers.' }),
  }),
});

builder.queryField('metricsCache', (t) =>
  t.field({
    type: MetricsCacheStatsType,
    description: 'How the cache of parsed metrics has done since the gateway started.',
    resolve: (_root, _args, { metrics }) => metrics.stats(),
  }),
);
