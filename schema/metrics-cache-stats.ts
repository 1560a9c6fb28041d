import type { CacheStats } from '../src/metrics/metrics-cache.ts';
import { builder } from './builder.ts';

const MetricsCacheStatsType = builder.objectRef<CacheStats>('MetricsCacheStats').implement({
  description: 'What the cache of parsed metrics holds, and what its answers cost, over REST and GraphQL.',
  fields: (t) => ({
    size: t.exposeInt('size', { description: 'How many runs it holds.' }),
    maxSize: t.exposeInt('maxSize', { description: 'How many runs it may hold.' }),
    bytes: t.expose('bytes', { type: 'SafeInt', description: 'How many bytes of memory they take, about.' }),
    maxBytes: t.expose('maxBytes', { type: 'SafeInt', description: 'How many bytes of memory they may take.' }),
    hits: t.expose('hits', { type: 'SafeInt', description: 'How many answers came from a file that had not changed.' }),
    misses: t.expose('misses', { type: 'SafeInt', description: 'How many answers needed all of a file to be read.' }),
    incrementalUpdates: t.expose('incrementalUpdates', {
      type: 'SafeInt',
      description: 'How many answers needed only what had been appended to be read.',
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
