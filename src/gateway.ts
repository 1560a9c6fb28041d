import { handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { Access, type AccessConfig, OPEN } from './http/access/access.ts';
import type { CertificateFiles } from './http/certificate.ts';
import { limitConnections } from './http/connection-limit.ts';
import { createGraphql, GRAPHQL_PATH } from './http/graphql/graphql.ts';
import { serveGraphql } from './http/graphql/socket.ts';
import { limitClients } from './http/limits/client-limits.ts';
import { type Limits, LOOPBACK_LIMITS } from './http/limits/limits.ts';
import { requestId } from './http/request-id.ts';
import { sendLog } from './http/rest/log-socket.ts';
import { listen } from './http/server.ts';
import { routeUpgrades, socketServer } from './http/upgrades.ts';
import { faultsTo } from './monitoring/faults.ts';
import { logTraffic } from './monitoring/log-traffic.ts';
import { Traffic } from './monitoring/traffic.ts';
import { Sources } from './sources.ts';
import { DEFAULT_TIMEOUT_MS, storageCalls } from './storage/storage-calls.ts';

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
export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const { storage, followSymlinks = false, host, port, log, tls = null, page = true, hardened = false } = config;
  const warn = (message: string) => log.warn(message);
  const report = faultsTo(log);
  const access = openAccess(config);
  const limits = { ...LOOPBACK_LIMITS, ...config.limits };
  const clientLimits = limitClients(limits, config.trustedProxies ?? []);
  const traffic = new Traffic();
  logTraffic(traffic, log);
  const closing = new AbortController();
  storageCalls.configure({ timeoutMs: config.storageTimeoutMs ?? DEFAULT_TIMEOUT_MS, warn });
  const sources = new Sources({ root: storage, followSymlinks }, config.cacheBytes, warn);
  const { catalog, logs } = sources;
  const shared = { limits, clientLimits, traffic, closing: closing.signal };
  const graphql = createGraphql(sources, report, { ...shared, hardened, origins: access.origins });
  const graphqlSockets = socketServer(limits.messageBytes, handleProtocols);
  serveGraphql(graphql, graphqlSockets, { access, rate: clientLimits.rate, report });
  const app = createApp({ ...shared, sources, graphql, access, page, report, warn });
  try {
    const server = await listen(app, host, port, { limits, tls, warn, traffic });
    limitConnections(server.server, clientLimits, traffic);
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
        sources.stopFollowing();
        await server.close();
        clientLimits.rate?.close();
        await sources.close();
      },
    };
  } catch (error) {
    clientLimits.rate?.close();
    await sources.close();
    throw error;
  }
}

/** It goes by the name that it was given to listen on, too. */
function openAccess({ access = OPEN, host }: GatewayConfig): Access {
  return new Access({ ...access, hosts: [...access.hosts, host] });
}
