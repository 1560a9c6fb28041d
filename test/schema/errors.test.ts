import express from 'express';
import { expect, it } from 'vitest';
import { answerGraphql, createGraphql } from '../../src/http/graphql/graphql.ts';
import { listen } from '../../src/http/server.ts';
import { Logs } from '../../src/logs/logs.ts';
import { LiveMetrics } from '../../src/metrics/live/live-metrics.ts';
import { MetricsCache } from '../../src/metrics/metrics-cache.ts';
import { faultsTo } from '../../src/monitoring/faults.ts';
import { RunCatalog } from '../../src/runs/run-catalog.ts';
import { RunFollower } from '../../src/runs/run-follower.ts';
import { graphql } from '../generated/index.ts';
import { EVERYWHERE } from '../support/bounds.ts';
import { testLog } from '../support/test-log.ts';
import { execute } from './execute.ts';

const ALIAS = graphql(`
  query Alias($runId: ID!) {
    run(runId: $runId) {
      alias
    }
    metricsCache {
      size
    }
  }
`);

/** A catalog with a fault. */
class FaultyCatalog extends RunCatalog {
  override find(): Promise<never> {
    return Promise.reject(new TypeError('cannot read secrets of /home/someone'));
  }
}

it('an internal error is told to the operator, and to clients only that there was one', async () => {
  const { log, logged } = testLog();
  const warn = (message: string) => log.warn(message);
  const metrics = new MetricsCache(EVERYWHERE, { maxRuns: 1, maxBytes: 1 });
  const catalog = new FaultyCatalog(EVERYWHERE, warn);
  const context = {
    catalog,
    runFollower: new RunFollower(catalog, warn),
    metrics,
    liveMetrics: new LiveMetrics(metrics),
    logs: new Logs(EVERYWHERE),
  };
  const app = express().all('/graphql', answerGraphql(createGraphql(context, faultsTo(log))));
  const server = await listen(app, '127.0.0.1', 0);
  try {
    expect(await execute(server.url, ALIAS, { runId: 'run-1' })).toEqual({
      data: { run: null, metricsCache: { size: 0 } },
      errors: [
        {
          message: 'Internal server error',
          locations: [{ line: 2, column: 3 }],
          path: ['run'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[0-9a-f]{16}$/) },
        },
      ],
    });
    expect(await logged({ level: 'error' })).toMatchObject({
      msg: 'GraphQL run: cannot read secrets of /home/someone',
      stack: expect.stringMatching(/^TypeError: .*\n +at /),
    });
  } finally {
    await server.close();
    await metrics.close();
  }
});
