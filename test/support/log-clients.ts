import { WebSocket } from 'ws';
import { z } from 'zod';
import { EventQueue } from './event-queue.ts';
import { overSse, overWebSocket, textOf } from './operation-clients.ts';
import { type Ending, type SubscriptionClient, subscriptionClient } from './subscription-client.ts';

/** What a client of a log is told, however it is connected; `frame` on the legacy socket only, the others elsewhere. */
export type ClientEvent = LogEvent | Frame | Ending;

type LogEvent = z.infer<typeof logEvent>;

interface Frame {
  readonly type: 'frame';
  readonly text: string;
}

export type LogClient = SubscriptionClient<LogEvent | Frame>;

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

/** Subscribes over a WebSocket, by graphql-transport-ws. @param url the gateway's, without a slash at the end */
export function subscribeOverWebSocket(url: string, subscription: Subscription): LogClient {
  return subscriptionClient<LogEvent | Frame>(
    overWebSocket(url, { query: LOGS, variables: { ...subscription } }),
    'logs',
    logEvent,
  );
}

/** Subscribes over server-sent events. @param url the gateway's, without a slash at the end */
export function subscribeOverSse(url: string, subscription: Subscription): LogClient {
  return subscriptionClient<LogEvent | Frame>(
    overSse(url, { query: LOGS, variables: { ...subscription } }),
    'logs',
    logEvent,
  );
}

/** Connects to the legacy socket. @param url the gateway's, without a slash at the end */
export function connectLegacy(url: string, { runId }: Pick<Subscription, 'runId'>): LogClient {
  const events = new EventQueue<ClientEvent>();
  const path = `/api/runs/${encodeURIComponent(runId)}/logs/ws`;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`);
  socket.on('message', (data) => events.push({ type: 'frame', text: textOf(data) }));
  let failure = '';
  socket.on('error', ({ message }) => {
    failure = message;
  });
  socket.on('close', (code, reason) => events.close({ type: 'closed', code, reason: String(reason) || failure }));
  return { next: () => events.next(), close: () => socket.terminate() };
}
