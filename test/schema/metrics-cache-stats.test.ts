import { appendFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { logged } from '../conformance/fixture.ts';
import { graphql } from '../generated/index.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';
import { ask, execute } from './execute.ts';

const STATS = graphql(`
  query CacheStats {
    metricsCache {
      size
      maxSize
      bytes
      maxBytes
      hits
      misses
      incrementalUpdates
      hitRate
      incrementalRate
    }
  }
`);

const BY_STEP = graphql(`
  query CountedByStep($runId: ID!, $points: Int! = 100) {
    run(runId: $runId) {
      metricsStep(downsample: { points: $points }) {
        rowCount
      }
    }
  }
`);

const BOTH = graphql(`
  query CountedTwice($runId: ID!) {
    run(runId: $runId) {
      metrics {
        rowCount
      }
      metricsStep {
        rowCount
      }
    }
  }
`);

it('tells what the cache holds and what each answer cost', async () => {
  await using storage = await makeStorage();
  const line = logged('{"step": 1, "loss": 1}');
  const directory = await storage.addRun('a', { events: line });
  await storage.addRun('b', { events: line });
  await storage.addRun('without-events');
  await using gateway = await startTestGateway(storage, { cacheBytes: 2 ** 33 });
  const stats = async () => (await ask(gateway.url, STATS, {})).metricsCache;
  const counts = async () => {
    const { hits, misses, incrementalUpdates } = await stats();
    return { hits, misses, incrementalUpdates };
  };

  expect(await stats()).toEqual({
    size: 0,
    maxSize: 100,
    bytes: 0,
    maxBytes: 2 ** 33,
    hits: 0,
    misses: 0,
    incrementalUpdates: 0,
    hitRate: 0,
    incrementalRate: 0,
  });

  await ask(gateway.url, BY_STEP, { runId: 'a' });
  expect(await counts()).toEqual({ hits: 0, misses: 1, incrementalUpdates: 0 });
  await ask(gateway.url, BY_STEP, { runId: 'a' });
  expect(await counts()).toEqual({ hits: 1, misses: 1, incrementalUpdates: 0 });
  await appendFile(`${directory}/events.jsonl`, line);
  await ask(gateway.url, BY_STEP, { runId: 'a' });
  expect(await counts()).toEqual({ hits: 1, misses: 1, incrementalUpdates: 1 });
  // Two answers that wait for one read: the miss, and a hit.
  await ask(gateway.url, BOTH, { runId: 'b' });
  expect(await counts()).toEqual({ hits: 2, misses: 2, incrementalUpdates: 1 });

  // What is no answer with metrics counts nothing.
  await ask(gateway.url, BY_STEP, { runId: 'without-events' });
  await ask(gateway.url, BY_STEP, { runId: 'no-such-run' });
  await execute(gateway.url, BY_STEP, { runId: 'a', points: 99 });
  expect(await counts()).toEqual({ hits: 2, misses: 2, incrementalUpdates: 1 });

  const { size, bytes, hitRate, incrementalRate } = await stats();
  expect({ size, hitRate, incrementalRate }).toEqual({ size: 2, hitRate: 2 / 5, incrementalRate: 1 / 5 });
  expect(bytes).toBeGreaterThan(0);
  const rest = (await gateway.request('/api/metrics/cache/stats')).json();
  expect(rest).toEqual({
    size: 2,
    max_size: 100,
    hits: 2,
    misses: 2,
    incremental_updates: 1,
    hit_rate: 2 / 5,
    incremental_rate: 1 / 5,
  });
});
