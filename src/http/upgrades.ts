import { type IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { BadHandshake, NotFound, type RunlensError } from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import type { Access } from './access/access.ts';
import type { ClientLimits } from './limits/client-limits.ts';
import { refuseConnection } from './raw-answer.ts';
import { pathOf } from './request-facts.ts';
import { REQUEST_ID_HEADER, requestId } from './request-id.ts';
import { UpgradeWatch } from './socket-watch.ts';
import type { WebServer } from './web-server.ts';

const LOG_SOCKET_PATH = /^\/api\/runs\/([^/]+)\/logs\/ws$/;
const GOING_AWAY = 1001;

export interface SocketHandlers {
  readonly access: Access;
  readonly limits: ClientLimits;
  /** Told of sockets that are closed, and of those that were refused. */
  readonly traffic: Traffic;
  /** Path of the GraphQL socket, and the server that takes its connections. */
  readonly graphqlPath: string;
  readonly graphql: WebSocketServer;
  /** The most that a message of a client may have. */
  readonly messageBytes: number;
  /** Serves the log of the run with that id. */
  readonly log: (socket: WebSocket, transport: Duplex, id: string, request: IncomingMessage) => void;
}

/**
 * A WebSocket server without a port of its own.
 *
 * @param maxPayload bytes of a message of a client
 * @param handleProtocols chooses among those that a client speaks
 */
export function socketServer(maxPayload: number, handleProtocols?: ServerOptions['handleProtocols']): WebSocketServer {
  const options = { noServer: true, maxPayload, ...(handleProtocols && { handleProtocols }) };
  return new WebSocketServer(options).on('headers', (headers, request) => {
    headers.push(`${REQUEST_ID_HEADER}: ${requestId(request)}`);
  });
}

/** Leads each connection that is to become a WebSocket to its server. @returns what tells all clients goodbye */
export function routeUpgrades(server: WebServer, handlers: SocketHandlers): () => void {
  const { graphqlPath, graphql, limits, log, traffic } = handlers;
  const logs = socketServer(handlers.messageBytes);
  const watchOf = (request: IncomingMessage, transport: Duplex) =>
    new UpgradeWatch({ traffic, clients: limits.clients }, request, transport, idIn(pathOf(request.url ?? '')));
  for (const sockets of [graphql, logs]) {
    sockets.on('wsClientError', ({ message }, transport, request) => {
      refuse(watchOf(request, transport), request, transport, new BadHandshake(message));
    });
  }
  const route = async (request: IncomingMessage, transport: Duplex, head: Buffer): Promise<void> => {
    const path = pathOf(request.url ?? '');
    const logId = idIn(path);
    const isGraphql = path === graphqlPath;
    const watch = watchOf(request, transport);
    const refuseFor = (error: RunlensError) => refuse(watch, request, transport, error);
    if (!isGraphql && logId === undefined) return refuseFor(new NotFound('Not Found'));
    const refusal = await refusalOf(request, handlers, isGraphql);
    if (refusal !== null) return refuseFor(refusal);
    if (transport.destroyed) return;
    if (logId === undefined) {
      return graphql.handleUpgrade(request, transport, head, (socket) => {
        watch.accepted(socket);
        graphql.emit('connection', socket, request);
      });
    }
    const leave = limits.subscriptions.take(limits.clients.of(request));
    if (leave === null) return refuseFor(limits.subscriptions.refusal());
    transport.once('close', leave);
    logs.handleUpgrade(request, transport, head, (socket) => {
      watch.accepted(socket);
      log(socket, transport, logId, request);
    });
  };
  server.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) => {
    // A client may vanish in the middle of it.
    transport.on('error', () => transport.destroy());
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') answerPlainly(server, request, transport);
    else void route(request, transport, head);
  });
  return () => {
    for (const socket of [...graphql.clients, ...logs.clients]) socket.close(GOING_AWAY, 'Going away');
  };
}

function refuse(watch: UpgradeWatch, request: IncomingMessage, transport: Duplex, error: RunlensError): void {
  watch.refused(error.code);
  refuseConnection(transport, requestId(request), error);
}

/** What speaks against a socket. One of GraphQL that shows nothing yet may show the token in its first message. */
async function refusalOf(
  request: IncomingMessage,
  { access, limits }: SocketHandlers,
  isGraphql: boolean,
): Promise<RunlensError | null> {
  const { headers } = request;
  const showsLater = isGraphql && headers.authorization === undefined;
  return (
    access.refuseHost(headers) ??
    access.refuseOrigin(headers) ??
    (showsLater ? null : access.refuseStranger(headers)) ??
    (await limits.rate?.count(request)) ??
    null
  );
}

/** The run id in the path of a log socket; undefined in any other path. */
function idIn(path: string): string | undefined {
  const [, id] = LOG_SOCKET_PATH.exec(path) ?? [];
  if (id === undefined) return undefined;
  try {
    return decodeURIComponent(id);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Answers as if no upgrade had been asked for, as to HTTP/2: a server may ignore that. */
function answerPlainly(server: WebServer, request: IncomingMessage, transport: Duplex): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  if (transport instanceof Socket) response.assignSocket(transport);
  response.once('finish', () => transport.end());
  server.emit('request', request, response);
}
