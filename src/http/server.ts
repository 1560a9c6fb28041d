import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { isIPv6, Server as NetServer, type Socket } from 'node:net';
import { type CertificateFiles, followCertificate, readCertificate } from './certificate.ts';

/** How long close() waits for answers in flight. */
const GRACE_MS = 800;

export type WebServer = Server | TlsServer;

export interface HttpServer {
  /** For what goes beyond requests, such as upgrades. */
  readonly server: WebServer;
  /** Without a slash at the end. */
  readonly url: string;
  /** Stops accepting, ends idle connections at once and busy ones after their answer, all within 800 ms. Idempotent. */
  close(): Promise<void>;
}

interface ListenOptions {
  /** Where to find the certificate to serve with, over TLS; without, nothing is encrypted. */
  readonly tls?: CertificateFiles | null;
  /** Told what the operator should know. */
  readonly warn?: (message: string) => void;
}

/**
 * Serves at `host` and `port` (0: any free one). Rejects, naming both, where it cannot listen there; and where there is no
 * certificate, naming its files.
 */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  { tls = null, warn = () => undefined }: ListenOptions = {},
): Promise<HttpServer> {
  const server = tls === null ? createServer(handler) : await createServerWithTls(handler, tls, warn);
  const close = trackConnections(server);
  const authority = isIPv6(host) ? `[${host}]` : host;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`cannot listen on ${authority}:${port}: ${reasonOf(error)}`, { cause: error });
  }
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  let closed: Promise<void> | undefined;
  return {
    server,
    url: `${tls === null ? 'http' : 'https'}://${authority}:${boundPort}`,
    close: () => (closed ??= close()),
  };
}

async function createServerWithTls(
  handler: RequestListener,
  files: CertificateFiles,
  warn: (message: string) => void,
): Promise<TlsServer> {
  const certificate = await readCertificate(files);
  const server = createTlsServer(certificate, handler);
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

/** Follows which connections have an answer under way; gives the function that closes them all and the server. */
function trackConnections(server: WebServer): () => Promise<void> {
  // What carries the connections over TLS too, also those whose handshake is not through.
  const transports = new Set<Socket>();
  const answersInFlight = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (transport: Socket) => {
    transports.add(transport);
    transport.once('close', () => transports.delete(transport));
  });
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    answersInFlight.set(socket, 0);
    socket.once('close', () => answersInFlight.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    answersInFlight.set(socket, (answersInFlight.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (answersInFlight.get(socket) ?? 1) - 1;
      if (!socket.destroyed) answersInFlight.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
  });

  return async () => {
    closing = true;
    // Not the HTTP server's own close(): it destroys connections whose answer is written but not yet sent.
    const closed = new Promise<void>((resolve, reject) => {
      NetServer.prototype.close.call(server, (error) => (error ? reject(error) : resolve()));
    });
    for (const [socket, answers] of answersInFlight) if (answers === 0) socket.destroySoon();
    const deadline = setTimeout(() => {
      for (const socket of [...answersInFlight.keys(), ...transports]) socket.destroy();
    }, GRACE_MS);
    await closed.finally(() => clearTimeout(deadline));
  };
}
