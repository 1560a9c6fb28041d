import { once } from 'node:events';
import { type ClientRequest, IncomingMessage, request } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { EventQueue } from './event-queue.ts';

/** What a client of a log is told, however it is connected; `frame` on the legacy socket only, the others elsewhere. */
export type ClientEvent = z.infer<typeof logEvent> | Frame | Refusal | Completion | Closure;

interface Frame {
  readonly type: 'frame';
  readonly text: string;
}

/** The operation failed. */
interface Refusal {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

/** The operation is complete, and the connection still there. */
interface Completion {
  readonly type: 'complete';
}

/** The connection is gone; told again to who asks again. 0: it has no codes, or could not be made. */
interface Closure {
  readonly type: 'closed';
  readonly code: number;
  readonly reason: string;
}

/** Takes what comes as it comes, and keeps it until it is asked for. */
export interface LogClient {
  /** The next event, which may have come already. */
  next(): Promise<ClientEvent>;
  /** Goes away without a word. */
  close(): void;
}

/** The arguments of `Subscription.logs`. */
export interface Subscription {
  readonly runId: string;
  readonly after?: string | null;
  readonly tail?: number;
  readonly render?: { readonly carriageReturns?: 'RAW' | 'COLLAPSE'; readonly ansi?: 'KEEP' | 'STRIP' };
}

const LOGS = `
  subscription Logs($runId: ID!, $after: String, $tail: Int, $render: LogRender) {
    logs(runId: $runId, after: $after, tail: $tail, render: $render) {
      type: __typename
      ... on LogBatch { lines firstLine cursor partial }
      ... on StreamReset { reason cursor }
      ... on StreamEnd { status cursor }
    }
  }`;

const logEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('LogBatch'),
    lines: z.array(z.string()),
    firstLine: z.number().nullable(),
    cursor: z.string(),
    partial: z.string().nullable(),
  }),
  z.object({
    type: z.literal('StreamReset'),
    reason: z.enum(['TRUNCATED', 'REPLACED', 'ROTATED']),
    cursor: z.string(),
  }),
  z.object({ type: z.literal('StreamEnd'), status: z.string(), cursor: z.string() }),
]);

const graphqlErrors = z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).optional() }));

const graphqlResult = z.union([
  z.object({ errors: graphqlErrors }).transform(({ errors }) => refusal(errors)),
  z.object({ data: z.object({ logs: logEvent }) }).transform(({ data }) => data.logs),
]);

const graphqlWsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_ack') }),
  z.object({ type: z.literal('next'), payload: graphqlResult }),
  z.object({ type: z.literal('error'), payload: graphqlErrors.transform(refusal) }),
  z.object({ type: z.literal('complete') }),
]);

/** Subscribes over a WebSocket, by graphql-transport-ws. @param url the gateway's, without a slash at the end */
export function subscribeOverWebSocket(url: string, { runId, ...options }: Subscription): LogClient {
  const events = new EventQueue<ClientEvent>();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () => say({ type: 'connection_init' }));
  socket.on('message', (data) => {
    const message = graphqlWsMessage.parse(JSON.parse(textOf(data)));
    if (message.type === 'connection_ack') {
      say({ type: 'subscribe', id: '1', payload: { query: LOGS, variables: { runId, ...options } } });
    } else if (message.type === 'complete') events.push({ type: 'complete' });
    else events.push(message.payload);
  });
  return socketClient(socket, events);
}

/** Subscribes over server-sent events. @param url the gateway's, without a slash at the end */
export function subscribeOverSse(url: string, { runId, ...options }: Subscription): LogClient {
  const events = new EventQueue<ClientEvent>();
  const body = JSON.stringify({ query: LOGS, variables: { runId, ...options } });
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const outgoing = request(`${url}/graphql`, { method: 'POST', headers, agent: false });
  outgoing.end(body);
  void receive(outgoing, events).then((reason) => events.close({ type: 'closed', code: 0, reason }));
  return { next: () => events.next(), close: () => outgoing.destroy() };
}

/** Connects to the legacy socket. @param url the gateway's, without a slash at the end */
export function connectLegacy(url: string, { runId }: Pick<Subscription, 'runId'>): LogClient {
  const events = new EventQueue<ClientEvent>();
  const path = `/api/runs/${encodeURIComponent(runId)}/logs/ws`;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`);
  socket.on('message', (data) => events.push({ type: 'frame', text: textOf(data) }));
  return socketClient(socket, events);
}

/** @returns why the connection is gone */
async function receive(outgoing: ClientRequest, events: EventQueue<ClientEvent>): Promise<string> {
  try {
    const [response]: unknown[] = await once(outgoing, 'response');
    if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
    let unfinished = '';
    for await (const text of response.setEncoding('utf8')) {
      const blocks = (unfinished + String(text)).split('\n\n');
      unfinished = blocks.pop() ?? '';
      for (const block of blocks) takeBlock(block, events);
    }
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Takes an event of a text/event-stream; comments keep the connection alive. */
function takeBlock(block: string, events: EventQueue<ClientEvent>): void {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()]),
  );
  const data = fields.get('data');
  if (fields.get('event') === 'complete') events.push({ type: 'complete' });
  else if (data) events.push(graphqlResult.parse(JSON.parse(data)));
}

function socketClient(socket: WebSocket, events: EventQueue<ClientEvent>): LogClient {
  let failure = '';
  socket.on('error', ({ message }) => {
    failure = message;
  });
  socket.on('close', (code, reason) => events.close({ type: 'closed', code, reason: String(reason) || failure }));
  return { next: () => events.next(), close: () => socket.terminate() };
}

function refusal(errors: z.infer<typeof graphqlErrors>): Refusal {
  const [error] = errors;
  return { type: 'error', code: error?.extensions?.code ?? '', message: error?.message ?? '' };
}

function textOf(data: RawData): string {
  if (!(data instanceof Buffer)) throw new TypeError('a message in pieces');
  return data.toString();
}
