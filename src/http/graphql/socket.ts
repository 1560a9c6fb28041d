import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { type DocumentNode, GraphQLError } from 'graphql';
import { CloseCode, type Message, MessageType, makeServer, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { columnJson } from '../../../schema/index.ts';
import type { ReportFault } from '../../monitoring/faults.ts';
import type { Access } from '../access/access.ts';
import type { RequestRate } from '../limits/request-rate.ts';
import { newRequestId, requestId } from '../request-id.ts';
import { tellError } from './errors.ts';
import type { Yoga } from './graphql.ts';
import { OperationIds } from './operation-ids.ts';
import { refusal } from './refusal.ts';

const PING_EVERY_MS = 20_000;
/** Of the reason for a close (RFC 6455, section 5.5). */
const MOST_REASON_BYTES = 123;
/** What clients may say; the other messages are a server's. */
const CLIENT_MESSAGES: ReadonlySet<MessageType> = new Set([
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
]);

interface SocketOptions {
  /** Asked again when the connection is initialised, since pages can show the token only there. */
  readonly access: Access;
  /** Counts operations; null: they may be as many as the client likes. */
  readonly rate: RequestRate | null;
  /** Told of errors that a client is not. */
  readonly report: ReportFault;
}

/**
 * GraphQL over WebSocket, by the protocol graphql-transport-ws.
 */
export function serveGraphql(yoga: Yoga, sockets: WebSocketServer, { access, rate, report }: SocketOptions): void {
  // Yoga's own ways of doing it, with all its plugins.
  const { execute, subscribe } = yoga.getEnveloped();
  // What graphql-ws stringifies it sends at once. It is made here instead, so that a large message holds nobody up; and what
  // comes is parsed here, to be looked at first. Both hold from one call to the next.
  let outgoing: Message;
  let incoming: Message;
  // One an operation, each of which is what a request is over HTTP.
  const ids = new WeakMap<SubscribePayload, string>();
  const tell = (errors: readonly GraphQLError[], operation: SubscribePayload) => {
    const id = ids.get(operation) ?? newRequestId();
    return errors.map((error) => tellError(error, id, report).toJSON());
  };
  const server = makeServer<undefined, { readonly request: IncomingMessage }>({
    execute,
    subscribe,
    onConnect: ({ connectionParams, extra: { request } }) => access.admitsSocket(request.headers, connectionParams),
    jsonMessageReplacer: (_key, message: Message) => {
      outgoing = message;
      return null;
    },
    jsonMessageReviver: () => incoming,
    onNext: (_context, _id, operation, _args, { data, errors, extensions }) =>
      errors && {
        ...(data !== undefined && { data }),
        errors: tell(errors, operation),
        ...(extensions !== undefined && { extensions }),
      },
    onError: (_context, _id, operation, errors) => tell(errors, operation),
    onSubscribe: async ({ extra: { request } }, _id, params) => {
      const operationId = newRequestId();
      ids.set(params, operationId);
      const tooMany = (await rate?.count(request)) ?? null;
      if (tooMany !== null) return [refusal(tooMany)];
      const { schema, contextFactory, parse, validate } = yoga.getEnveloped({ req: request, params, operationId });
      const { query, variables, operationName } = params;
      try {
        const document: DocumentNode = parse(query);
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        return {
          schema,
          document,
          variableValues: variables ?? null,
          operationName: operationName ?? null,
          contextValue: await contextFactory(),
        };
      } catch (error) {
        // What is thrown here would cost the client its connection.
        if (error instanceof GraphQLError) return [error];
        throw error;
      }
    },
  });

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const send = messageSender(socket);
    const operations = new OperationIds();
    const receive = (text: string, handle: (message: string) => Promise<void>) => {
      const received = clientMessage(text);
      if (received === undefined) return close(socket, CloseCode.BadRequest, 'Invalid message received');
      if (received.type === MessageType.Subscribe && operations.has(received.id)) {
        return close(socket, CloseCode.SubscriberAlreadyExists, `Subscriber for ${received.id} already exists`);
      }
      const message = operations.inward(received);
      if (message === undefined) return;
      incoming = message;
      handle('null').catch((error: unknown) => {
        report(requestId(request), 'GraphQL socket', error);
        close(socket, CloseCode.InternalServerError, 'Internal server error');
      });
    };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: () => {
          const message = operations.outward(outgoing);
          return message === undefined ? undefined : send(message);
        },
        close: (code, reason) => close(socket, code, reason),
        onMessage: (handle) => {
          socket.on('message', (data: Buffer) => receive(data.toString(), handle));
        },
      },
      { request },
    );
    const stopPinging = keepAlive(socket);
    // A client that breaks the protocol of WebSockets is told so by the close that follows.
    socket.on('error', () => undefined);
    socket.once('close', (code, reason) => {
      stopPinging();
      void closed(code, reason.toString());
    });
  });
}

/** The message that this text is; undefined where it is none, or none of a client. */
function clientMessage(text: string): Message | undefined {
  try {
    const message = parseMessage(text);
    return CLIENT_MESSAGES.has(message.type) ? message : undefined;
  } catch {
    // Whatever is wrong with it, the answer is the same.
    return undefined;
  }
}

/** Closes with as many whole characters of the reason as there is room for: ids that clients chose may be long. */
function close(socket: WebSocket, code: number | undefined, reason = ''): void {
  const bytes = Buffer.alloc(MOST_REASON_BYTES);
  const { written } = new TextEncoder().encodeInto(reason, bytes);
  socket.close(code, bytes.subarray(0, written));
}

/** Sends messages. Others wait while a large one goes in fragments, which are made as the client takes them. */
function messageSender(socket: WebSocket): (message: object) => Promise<void> {
  let free = Promise.resolve();
  return (message) => {
    const json = columnJson(message);
    if (typeof json === 'string') return free.then(() => sendFrame(socket, json, true));
    free = free.then(() => sendFragments(socket, json));
    return free;
  };
}

async function sendFragments(socket: WebSocket, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    await sendFrame(socket, piece, false);
    if (socket.readyState !== socket.OPEN) return;
    // Others have their turn, however fast the client reads.
    await setImmediate();
  }
  await sendFrame(socket, '', true);
}

/** Resolves when the frame is on its way, so that no more is made of a stream than the client takes. */
function sendFrame(socket: WebSocket, text: string, isLast: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    // As bytes: of text that waits to be sent, Node keeps three for each character.
    socket.send(Buffer.from(text), { binary: false, fin: isLast }, () => resolve());
  });
}

/** Ends a connection whose other end is gone; one that is behind in reading cannot answer, and is not. */
function keepAlive(socket: WebSocket): () => void {
  let isAnswered = true;
  socket.on('pong', () => {
    isAnswered = true;
  });
  const pinging = setInterval(() => {
    if (!isAnswered && socket.bufferedAmount === 0) return socket.terminate();
    isAnswered = false;
    socket.ping();
  }, PING_EVERY_MS);
  return () => clearInterval(pinging);
}
