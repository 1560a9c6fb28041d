import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Access } from './http/access/access.ts';
import { requireHost, requireToken } from './http/access/guards.ts';
import { allowTrustedOrigins } from './http/cross-origin.ts';
import { answerErrors, notFound } from './http/errors.ts';
import { expositionRouter } from './http/exposition.ts';
import { answerGraphql, GRAPHQL_PATH, type Yoga } from './http/graphql/graphql.ts';
import { answerGraphqlErrors } from './http/graphql/refusal.ts';
import type { ClientLimits } from './http/limits/client-limits.ts';
import type { Limits } from './http/limits/limits.ts';
import { limitUrl } from './http/limits/url.ts';
import { pageRouter } from './http/page.ts';
import { livenessRouter, readinessRouter } from './http/probes.ts';
import { noteRoute } from './http/request-facts.ts';
import { tellRequestId } from './http/request-id.ts';
import { watchRequests } from './http/request-watch.ts';
import { COUNT_HEADERS } from './http/rest/metrics-routes.ts';
import { restRouter } from './http/rest/rest.ts';
import { sessionRouter } from './http/session.ts';
import type { ReportFault } from './monitoring/faults.ts';
import { gatewayMetrics } from './monitoring/gateway-metrics.ts';
import { Readiness } from './monitoring/readiness.ts';
import type { Traffic } from './monitoring/traffic.ts';
import type { Sources } from './sources.ts';

/** Where the build has the page. */
const PAGE = fileURLToPath(new URL('../web', import.meta.url));

export interface AppParts {
  readonly sources: Sources;
  readonly graphql: Yoga;
  readonly access: Access;
  readonly limits: Limits;
  readonly clientLimits: ClientLimits;
  readonly traffic: Traffic;
  /** Whether the page is served. */
  readonly page: boolean;
  /** Aborted when the gateway is about to end. */
  readonly closing: AbortSignal;
  readonly report: ReportFault;
  /** Told what the operator should know. */
  readonly warn: (message: string) => void;
}

/** What answers requests over HTTP, in the order in which a request meets it. */
export function createApp(parts: AppParts): Express {
  const { sources, graphql, access, limits, clientLimits, traffic, page, closing, report, warn } = parts;
  const { bounds, catalog, metrics } = sources;
  const app = express();
  app.disable('x-powered-by');
  app.use(watchRequests(traffic, clientLimits.clients), tellRequestId);
  // A page of another origin may neither load an answer as a script or picture, nor so find out whether there is one.
  app.use(helmet.crossOriginResourcePolicy(), helmet.xContentTypeOptions());
  // For whoever watches over the gateway, by whatever name: they tell nothing of the runs.
  app.use('/livez', livenessRouter());
  app.use('/readyz', readinessRouter(new Readiness(catalog, closing)));
  app.use(limitUrl(limits.urlBytes), requireHost(access), allowTrustedOrigins(access.origins, COUNT_HEADERS));
  if (clientLimits.rate !== null) app.use(clientLimits.rate.limitRequests);
  // Before the token is asked for: what it takes to sign in, and no more.
  if (access.token !== null) app.use(sessionRouter(access, access.token));
  if (page) app.use(pageRouter(PAGE, warn));
  app.use(requireToken(access));
  app.use('/metrics', expositionRouter(gatewayMetrics(traffic, sources)));
  app.use('/api', restRouter({ bounds, catalog, metrics, requestSeconds: limits.requestSeconds, report }));
  app.all(GRAPHQL_PATH, noteRoute(GRAPHQL_PATH), answerGraphql(graphql));
  app.use(notFound);
  app.use(GRAPHQL_PATH, answerGraphqlErrors);
  app.use(answerErrors(report));
  return app;
}
