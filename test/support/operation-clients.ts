import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { EventQueue } from './event-queue.ts';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a client of an operation is told, over whatever transport. */
export type OperationEvent = OperationResult | Completion | Closure;

export interface OperationResult {
  readonly type: 'result';
  readonly data?: unknown;
  readonly errors?: readonly z.infer<typeof graphqlError>[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Nothing more comes of the operation; the connection may still be there. */
export interface Completion {
  readonly type: 'complete';
}

/** The connection is gone; told again to who asks again. 0: it has no codes, or could not be made. */
export interface Closure {
  readonly type: 'closed';
  readonly code: number;
  readonly reason: string;
}

/** A client of one operation, which takes what comes as it comes, and keeps it until it is asked for. */
export interface OperationClient {
  /** The next event, which may have come already. */
  next(): Promise<OperationEvent>;
  /** Resolves when the gateway next shows that it is there, though it has nothing to tell. */
  keptAlive(): Promise<void>;
  /** Reads nothing, until it resumes. */
  pause(): void;
  resume(): void;
  /** Wants no more of the operation, as the transport has it. */
  stop(): void;
  /** Goes away without a word. */
  close(): void;
}

/** Asks a gateway. @param url without a slash at the end */
export type Transport = (url: string, operation: Operation) => OperationClient;

const graphqlError = z.looseObject({
  message: z.string(),
  extensions: z.looseObject({ code: z.string().optional() }).optional(),
});

const graphqlResult = z
  .object({
    data: z.unknown().optional(),
    errors: z.array(graphqlError).optional(),
    extensions: z.record(z.string(), z.unknown()).optional(),
  })
  .transform((result): OperationResult => ({ type: 'result', ...result }));

const graphqlWsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_ack') }),
  z.object({ type: z.literal('next'), payload: graphqlResult }),
  z.object({ type: z.literal('error'), payload: z.array(graphqlError) }),
  z.object({ type: z.literal('complete') }),
]);

/** Over a WebSocket, by graphql-transport-ws. The message `error` is a result with errors, and completes like others. */
export const overWebSocket: Transport = (url, operation) => {
  const events = new EventQueue<OperationEvent>();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  let failure = '';
  socket.on('open', () => say({ type: 'connection_init' }));
  socket.on('message', (data) => {
    const message = graphqlWsMessage.parse(JSON.parse(textOf(data)));
    if (message.type === 'connection_ack') say({ type: 'subscribe', id: '1', payload: operation });
    if (message.type === 'next') events.push(message.payload);
    if (message.type === 'error') events.push({ type: 'result', errors: message.payload });
    if (message.type === 'complete' || message.type === 'error') events.push({ type: 'complete' });
  });
  socket.on('error', ({ message }) => {
    failure = message;
  });
  socket.on('close', (code, reason) => events.close({ type: 'closed', code, reason: String(reason) || failure }));
  return {
    next: () => events.next(),
    keptAlive: () => new Promise((resolve) => socket.once('ping', () => resolve())),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    stop: () => say({ type: 'complete', id: '1' }),
    close: () => socket.terminate(),
  };
};

/** As server-sent events, asked for by POST. */
export const overSse: Transport = (url, operation) =>
  sse(`${url}/graphql`, 'POST', { 'content-type': 'application/json' }, JSON.stringify(operation));

/** As server-sent events, asked for by GET, as EventSource of browsers does. */
export const overSseByGet: Transport = (url, operation) => sse(addressOf(url, operation), 'GET', {}, '');

/** Where an operation is asked by GET. */
export function addressOf(url: string, { query, variables, operationName, extensions }: Operation): string {
  const parameters = new URLSearchParams({ query });
  if (variables !== undefined) parameters.set('variables', JSON.stringify(variables));
  if (operationName !== undefined) parameters.set('operationName', operationName);
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(extensions));
  return `${url}/graphql?${parameters}`;
}

function sse(url: string, method: string, headers: object, body: string): OperationClient {
  const events = new EventQueue<OperationEvent>();
  let comment = (): void => undefined;
  let resume = (): void => undefined;
  let running = Promise.resolve();
  const outgoing = request(url, { method, headers: { accept: 'text/event-stream', ...headers }, agent: false });
  const receive = async (): Promise<void> => {
    const [response]: unknown[] = await once(outgoing, 'response');
    if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
    for await (const block of blocks(response)) {
      await running;
      const event = eventOf(block);
      if (event === undefined) comment();
      else events.push(event);
    }
  };
  outgoing.end(body);
  const closed = (reason: string) => events.close({ type: 'closed', code: 0, reason });
  receive().then(
    () => closed(''),
    (error: unknown) => closed(error instanceof Error ? error.message : String(error)),
  );
  return {
    next: () => events.next(),
    keptAlive: () =>
      new Promise((resolve) => {
        comment = resolve;
      }),
    pause: () => {
      running = new Promise((resolve) => {
        resume = resolve;
      });
    },
    resume: () => resume(),
    stop: () => outgoing.destroy(),
    close: () => outgoing.destroy(),
  };
}

/** The blocks of a text/event-stream. */
async function* blocks(response: IncomingMessage): AsyncIterable<string> {
  let unfinished = '';
  for await (const text of response.setEncoding('utf8')) {
    const parts = (unfinished + String(text)).split('\n\n');
    unfinished = parts.pop() ?? '';
    yield* parts;
  }
}

/** The event of a block; undefined for a comment, which keeps the connection alive. */
function eventOf(block: string): OperationEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()]),
  );
  if (fields.get('event') === 'complete') return { type: 'complete' };
  const data = fields.get('data');
  return data ? graphqlResult.parse(JSON.parse(data)) : undefined;
}

export function textOf(data: RawData): string {
  if (!(data instanceof Buffer)) throw new TypeError('a message in pieces');
  return data.toString();
}
