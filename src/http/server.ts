import { once } from 'node:events';
import { createServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import { Traffic } from '../monitoring/traffic.ts';
import { answerBadRequests, requireTarget } from './bad-requests.ts';
import { type CertificateFiles, followCertificate, readCertificate } from './certificate.ts';
import { Connections } from './connections.ts';
import { type Limits, LOOPBACK_LIMITS } from './limits/limits.ts';
import type { WebServer } from './web-server.ts';

/** Node's own, of what it looks at from time to time. */
const MOST_HEADERS_MS = 60_000;

/** How often Node looks which requests have taken too long to arrive. */
const LEAST_LOOK_MS = 50;
const MOST_LOOK_MS = 5000;

export interface HttpServer {
  /** For what goes beyond requests, such as upgrades. */
  readonly server: WebServer;
  /** Without a slash at the end. */
  readonly url: string;
  /** Stops accepting, ends idle connections at once and busy ones after their answer, all within 800 ms. Idempotent. */
  close(): Promise<void>;
}

interface ListenOptions {
  /** What a request may take to be read. */
  readonly limits?: Pick<Limits, 'headerBytes' | 'requestSeconds'>;
  /** Where to find the certificate to serve with, over TLS; without, nothing is encrypted. */
  readonly tls?: CertificateFiles | null;
  /** Told what the operator should know. */
  readonly warn?: (message: string) => void;
  /** Told of what was refused before it was a request. */
  readonly traffic?: Traffic;
}

/**
 * Serves at `host` and `port` (0: any free one). Rejects, naming both, where it cannot listen there; and where there is no
 * certificate, naming its files.
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  { limits = LOOPBACK_LIMITS, tls = null, warn = () => undefined, traffic = new Traffic() }: ListenOptions = {},
): Promise<HttpServer> {
  const options = readOptions(limits);
  const take = requireTarget(handler, traffic);
  const server = tls === null ? createServer(options, take) : await serverWithTls(take, options, tls, warn);
  const connections = new Connections(server);
  answerBadRequests(server, connections, limits, traffic);
  const authority = isIPv6(host) ? `[${host}]` : host;
  try {
    server.listen(port, host);
    await once(server, 'listening');
    // A connection that there is no descriptor for, nor one in reserve to refuse it by: it waits, and others are served.
    server.on('error', () => undefined);
  } catch (error) {
    throw new Error(`cannot listen on ${authority}:${port}: ${reasonOf(error)}`, { cause: error });
  }
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  let closed: Promise<void> | undefined;
  return {
    server,
    url: `${tls === null ? 'http' : 'https'}://${authority}:${boundPort}`,
    close: () => (closed ??= connections.close()),
  };
}

function readOptions({ headerBytes, requestSeconds }: Pick<Limits, 'headerBytes' | 'requestSeconds'>): ServerOptions {
  const requestTimeout = requestSeconds * 1000;
  return {
    maxHeaderSize: headerBytes,
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, MOST_HEADERS_MS),
    connectionsCheckingInterval: Math.min(Math.max(requestTimeout / 10, LEAST_LOOK_MS), MOST_LOOK_MS),
  };
}

async function serverWithTls(
  handler: RequestListener,
  options: ServerOptions,
  files: CertificateFiles,
  warn: (message: string) => void,
): Promise<TlsServer> {
  const certificate = await readCertificate(files);
  const server = createTlsServer({ ...options, ...certificate }, handler);
  const stop = followCertificate(files, certificate, (next) => server.setSecureContext(next), warn);
  server.once('close', stop);
  return server;
}

const REASONS = new Map([
  ['EADDRINUSE', 'the port is taken'],
  ['EACCES', 'permission denied'],
  ['EADDRNOTAVAIL', 'no such address on this machine'],
  ['ENOTFOUND', 'no such host'],
]);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? error.message;
}
