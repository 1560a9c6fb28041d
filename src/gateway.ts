import { fileURLToPath } from 'node:url';
import express from 'express';
import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { Access, type AccessConfig, OPEN } from './http/access/access.ts';
import { requireHost, requireToken } from './http/access/guards.ts';
import type { CertificateFiles } from './http/certificate.ts';
import { limitConnections } from './http/connection-limit.ts';
import { allowTrustedOrigins } from './http/cross-origin.ts';
import { answerErrors, notFound } from './http/errors.ts';
import { expositionRouter } from './http/exposition.ts';
import { answerGraphql, createGraphql, GRAPHQL_PATH } from './http/graphql/graphql.ts';
import { answerGraphqlErrors } from './http/graphql/refusal.ts';
import { serveGraphql } from './http/graphql/socket.ts';
import { limitClients } from './http/limits/client-limits.ts';
import { type Limits, LOOPBACK_LIMITS } from './http/limits/limits.ts';
import { limitUrl } from './http/limits/url.ts';
import { pageRouter } from './http/page.ts';
import { livenessRouter, readinessRouter } from './http/probes.ts';
import { noteRoute } from './http/request-facts.ts';
import { requestId, tellRequestId } from './http/request-id.ts';
import { watchRequests } from './http/request-watch.ts';
import { sendLog } from './http/rest/log-socket.ts';
import { COUNT_HEADERS } from './http/rest/metrics-routes.ts';
import { restRouter } from './http/rest/rest.ts';
import { listen } from './http/server.ts';
import { sessionRouter } from './http/session.ts';
import { routeUpgrades, socketServer } from './http/upgrades.ts';
import { Logs } from './logs/logs.ts';
import { LiveMetrics } from './metrics/live/live-metrics.ts';
import { MetricsCache } from './metrics/metrics-cache.ts';
import { faultsTo } from './monitoring/faults.ts';
import { gatewayMetrics } from './monitoring/gateway-metrics.ts';
import { logTraffic } from './monitoring/log-traffic.ts';
import { Readiness } from './monitoring/readiness.ts';
import { Traffic } from './monitoring/traffic.ts';
import { DirectoryWatches } from './runs/directory-watches.ts';
import { RunCatalog } from './runs/run-catalog.ts';
import { RunFollower } from './runs/run-follower.ts';
import { DEFAULT_TIMEOUT_MS, storageCalls } from './storage/storage-calls.ts';

/** Where the build has the page. */
const PAGE = fileURLToPath(new URL('../web', import.meta.url));

const MOST_RUNS_CACHED = 100;

export interface GatewayConfig {
  /** The storage root, as resolveStorageRoot gives it. */
  readonly storage: string;
  /** Whether symbolic links may lead out of it. */
  readonly followSymlinks?: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Byte budget of the metrics cache. */
  readonly cacheBytes: number;
  /** How long a call to the storage may take before its caller is told that it does not answer; 10 s unless told. */
  readonly storageTimeoutMs?: number;
  /** Where the certificate is that it serves with, over TLS; null, or left out: it serves without. */
  readonly tls?: CertificateFiles | null;
  /** What clients and requests may take; those of loopback unless told. */
  readonly limits?: Partial<Limits>;
  /** Proxies that tell by X-Forwarded-For for whom they ask: addresses, networks, or `loopback`. */
  readonly trustedProxies?: readonly string[];
  /** Who may ask; everybody unless told. */
  readonly access?: AccessConfig;
  /** Whether GraphQL tells nothing of its schema to those who do not know it. */
  readonly hardened?: boolean;
  /** Whether the page is served; it is unless told. */
  readonly page?: boolean;
  /** What the operator should know: each request when it is over, and what no client is told. */
  readonly log: Logger;
}

export interface Gateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends everything within a second. */
  close(): Promise<void>;
}

/** Starts to serve the runs of a storage root. Rejects where it cannot listen. */
export async function startGateway({
  storage,
  followSymlinks = false,
  host,
  port,
  cacheBytes,
  storageTimeoutMs = DEFAULT_TIMEOUT_MS,
  tls = null,
  limits: limitsConfig = {},
  trustedProxies = [],
  access: accessConfig = OPEN,
  hardened = false,
  page = true,
  log,
}: GatewayConfig): Promise<Gateway> {
  const access = new Access({ ...accessConfig, hosts: [...accessConfig.hosts, host] });
  const { origins, token } = access;
  const limits = { ...LOOPBACK_LIMITS, ...limitsConfig };
  const clientLimits = limitClients(limits, trustedProxies);
  const warn = (message: string) => log.warn(message);
  const report = faultsTo(log);
  const traffic = new Traffic();
  logTraffic(traffic, log);
  const closing = new AbortController();
  storageCalls.configure({ timeoutMs: storageTimeoutMs, warn });
  const bounds = { root: storage, followSymlinks };
  const catalog = new RunCatalog(bounds, warn, new DirectoryWatches(warn));
  const runFollower = new RunFollower(catalog, warn);
  const metrics = new MetricsCache(bounds, { maxRuns: MOST_RUNS_CACHED, maxBytes: cacheBytes });
  const liveMetrics = new LiveMetrics(metrics);
  const logs = new Logs(bounds);
  const graphql = createGraphql({ catalog, runFollower, metrics, liveMetrics, logs }, report, {
    hardened,
    origins,
    limits,
    clientLimits,
    traffic,
    closing: closing.signal,
  });
  const graphqlSockets = socketServer(limits.messageBytes, handleProtocols);
  serveGraphql(graphql, graphqlSockets, { access, rate: clientLimits.rate, report });
  const app = express();
  app.disable('x-powered-by');
  app.use(watchRequests(traffic), tellRequestId);
  // For whoever watches over the gateway, by whatever name: they tell nothing of the runs.
  app.use('/livez', livenessRouter());
  app.use('/readyz', readinessRouter(new Readiness(catalog, closing.signal)));
  app.use(limitUrl(limits.urlBytes), requireHost(access), allowTrustedOrigins(origins, COUNT_HEADERS));
  if (clientLimits.rate !== null) app.use(clientLimits.rate.limitRequests);
  // Before the token is asked for: what it takes to sign in, and no more.
  if (token !== null) app.use(sessionRouter(access, token));
  if (page) app.use(pageRouter(PAGE, warn));
  app.use(requireToken(access));
  app.use('/metrics', expositionRouter(gatewayMetrics(traffic, { metrics, liveMetrics, logs, runFollower })));
  app.use('/api', restRouter({ bounds, catalog, metrics, requestSeconds: limits.requestSeconds, report }));
  app.all(GRAPHQL_PATH, noteRoute(GRAPHQL_PATH), answerGraphql(graphql));
  app.use(notFound);
  app.use(GRAPHQL_PATH, answerGraphqlErrors);
  app.use(answerErrors(report));
  try {
    const server = await listen(app, host, port, { limits, tls, warn });
    limitConnections(server.server, clientLimits);
    const sayGoodbye = routeUpgrades(server.server, {
      access,
      limits: clientLimits,
      traffic,
      messageBytes: limits.messageBytes,
      graphqlPath: GRAPHQL_PATH,
      graphql: graphqlSockets,
      log: (socket, transport, id, request) => {
        const reportFault = (error: unknown) => report(requestId(request), `log of ${id}`, error);
        void sendLog(socket, transport, id, { catalog, logs, report: reportFault });
      },
    });
    // Only now: it takes its time, and whoever asks for a run meanwhile is answered.
    catalog.discover();
    return {
      url: server.url,
      async close() {
        closing.abort();
        sayGoodbye();
        // What follows a file or the runs would otherwise be an answer that takes as long as it may.
        logs.close();
        liveMetrics.close();
        runFollower.close();
        await server.close();
        clientLimits.rate?.close();
        catalog.close();
        await metrics.close();
      },
    };
  } catch (error) {
    catalog.close();
    await metrics.close();
    throw error;
  }
}
