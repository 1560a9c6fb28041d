import { type IncomingHttpHeaders, type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { ERROR_STATUS, type ErrorCode, type RunlensError } from '../errors.ts';
import type { Access } from './access/access.ts';
import { ERROR_CODE_HEADER } from './errors.ts';
import { REQUEST_ID_HEADER, requestId } from './request-id.ts';
import type { WebServer } from './server.ts';

const LOG_SOCKET_PATH = /^\/api\/runs\/([^/]+)\/logs\/ws$/;
/** Clients send little: operations at most. */
export const MOST_PAYLOAD = 256 * 1024;
const GOING_AWAY = 1001;

export interface SocketHandlers {
  readonly access: Access;
  /** Path of the GraphQL socket, and the server that takes its connections. */
  readonly graphqlPath: string;
  readonly graphql: WebSocketServer;
  /** Serves the log of the run with that id. */
  readonly log: (socket: WebSocket, transport: Duplex, id: string, request: IncomingMessage) => void;
}

/** A WebSocket server without a port of its own. @param handleProtocols chooses among those that a client speaks */
export function socketServer(handleProtocols?: ServerOptions['handleProtocols']): WebSocketServer {
  const options = { noServer: true, maxPayload: MOST_PAYLOAD, ...(handleProtocols && { handleProtocols }) };
  return new WebSocketServer(options).on('headers', (headers, request) => {
    headers.push(`${REQUEST_ID_HEADER}: ${requestId(request)}`);
  });
}

/** Leads each connection that is to become a WebSocket to its server. @returns what tells all clients goodbye */
export function routeUpgrades(server: WebServer, { access, graphqlPath, graphql, log }: SocketHandlers): () => void {
  const logs = socketServer();
  server.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) => {
    // A client may vanish in the middle of it.
    transport.on('error', () => transport.destroy());
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const logId = idIn(path);
    const isGraphql = path === graphqlPath;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return answerPlainly(server, request, transport);
    const refusal = refusalOf(request.headers, access, isGraphql);
    if (!isGraphql && logId === undefined) refuse(request, transport, 'NOT_FOUND', 'Not Found');
    else if (refusal !== null) refuse(request, transport, refusal.code, refusal.message);
    else if (logId === undefined) {
      graphql.handleUpgrade(request, transport, head, (socket) => graphql.emit('connection', socket, request));
    } else logs.handleUpgrade(request, transport, head, (socket) => log(socket, transport, logId, request));
  });
  return () => {
    for (const socket of [...graphql.clients, ...logs.clients]) socket.close(GOING_AWAY, 'Going away');
  };
}

/** What speaks against a socket. One of GraphQL that shows nothing yet may show the token in its first message. */
function refusalOf(headers: IncomingHttpHeaders, access: Access, isGraphql: boolean): RunlensError | null {
  const showsLater = isGraphql && headers.authorization === undefined;
  return (
    access.refuseHost(headers) ?? access.refuseOrigin(headers) ?? (showsLater ? null : access.refuseStranger(headers))
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

function refuse(request: IncomingMessage, transport: Duplex, code: ErrorCode, detail: string): void {
  const status = ERROR_STATUS[code];
  const body = JSON.stringify({ detail });
  const challenge = code === 'UNAUTHENTICATED' ? 'WWW-Authenticate: Bearer\r\n' : '';
  transport.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `${REQUEST_ID_HEADER}: ${requestId(request)}\r\n${ERROR_CODE_HEADER}: ${code}\r\n${challenge}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    // Some clients never close their side.
    () => transport.destroy(),
  );
}

/** Answers as if no upgrade had been asked for, as to HTTP/2: a server may ignore that. */
function answerPlainly(server: WebServer, request: IncomingMessage, transport: Duplex): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  if (transport instanceof Socket) response.assignSocket(transport);
  response.once('finish', () => transport.end());
  server.emit('request', request, response);
}
