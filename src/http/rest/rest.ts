import { type RequestHandler, Router } from 'express';
import type { MetricsCache } from '../../metrics/metrics-cache.ts';
import type { ReportFault } from '../../monitoring/faults.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import type { StorageBounds } from '../../storage/files.ts';
import { version } from '../../version.ts';
import { withinTime } from '../answer-time.ts';
import { methodNotAllowed, notFound } from '../errors.ts';
import { sendJson } from '../json.ts';
import { noteRoute } from '../request-facts.ts';
import { answerLogFile } from './log-file-route.ts';
import { answerCacheStats, answerMetrics, cacheStatsJson } from './metrics-routes.ts';
import { answerProgress, answerRun, answerRuns } from './runs-routes.ts';

export interface RestSources {
  readonly bounds: StorageBounds;
  readonly catalog: RunCatalog;
  readonly metrics: MetricsCache;
  /** How long an answer may take to begin. */
  readonly requestSeconds: number;
  /** Told of errors that a client is not. */
  readonly report: ReportFault;
}

/** The REST interface below `/api`. */
export function restRouter({ bounds, catalog, metrics, requestSeconds, report }: RestSources): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const get = <P extends Record<string, string>>(path: string, handler: RequestHandler<P>) =>
    router
      .route(path)
      .all<P>(noteRoute(`/api${path}`))
      .get<P>(withinTime(requestSeconds, handler, report))
      .all(methodNotAllowed('GET, HEAD'));

  get('/health', (_request, response) => {
    const cache = cacheStatsJson(metrics.stats());
    sendJson(response, 200, { status: 'ok', version, storage: catalog.root, cache });
  });
  get('/metrics/cache/stats', answerCacheStats(metrics));
  get('/runs', answerRuns(catalog));
  get('/runs/:id', answerRun(catalog));
  get('/runs/:id/metrics', answerMetrics(catalog, metrics, 'time'));
  get('/runs/:id/metrics_step', answerMetrics(catalog, metrics, 'step'));
  get('/runs/:id/logs', answerLogFile(catalog, bounds));
  get('/runs/:id/progress', answerProgress);

  router.use(notFound);
  return router;
}
