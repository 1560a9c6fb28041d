import { EventEmitter } from 'node:events';
import type { ErrorCode } from '../errors.ts';
import type { Cost } from '../metrics/cache-counts.ts';

/** A request over HTTP that is over. */
export interface FinishedRequest {
  readonly requestId: string;
  /** The address of who asked, other than trusted proxies; undefined where it was gone already. */
  readonly client: string | undefined;
  readonly method: string;
  /** Without its query, which may hold whatever a client puts there. */
  readonly path: string;
  /** The pattern of the path, one of few; undefined where the request was refused before, or led nowhere. */
  readonly route?: string | undefined;
  readonly runId?: string | undefined;
  /** null: the client went away before its answer began. */
  readonly status: number | null;
  /** What the client was told of a failure. */
  readonly code?: ErrorCode | undefined;
  /** Whether the client went away before it had all of its answer. */
  readonly isAborted: boolean;
  /** Whether the answer was a stream of events, which may last for days. */
  readonly isStream: boolean;
  /** What was written to the connection meanwhile, headers and all. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** What the metrics in the answer cost; of several runs, the most. */
  readonly cache?: Cost | undefined;
  /** The name of the GraphQL operation. */
  readonly operation?: string | undefined;
}

/** A connection that was ended before there was a request to answer: it is one too many, or what it sent is no request. */
interface RefusedConnection {
  readonly requestId: string;
  readonly client: string | undefined;
  /** null: it could not be told. */
  readonly status: number | null;
  readonly code: ErrorCode;
}

type SocketKind = 'graphql' | 'log';

/** A WebSocket that is closed. */
interface FinishedSocket {
  readonly kind: SocketKind;
  readonly requestId: string;
  readonly client: string | undefined;
  readonly path: string;
  readonly runId?: string | undefined;
  /** The code it was closed with (RFC 6455, section 7.4). */
  readonly code: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** A GraphQL operation. */
export interface Operation {
  /** Of the request, or its own where it came over a WebSocket. */
  readonly requestId: string;
  readonly transport: 'http' | 'websocket';
  /** null: its document is none that could be executed. */
  readonly kind: OperationKind | null;
  /** null: it has none, or its document is none that could be executed. */
  readonly name: string | null;
}

/**
 * Why an operation is over: it was answered, or all that there was to tell is told; it was refused, or failed; its client
 * wants no more or is gone; the gateway is shutting down.
 */
type Outcome = 'complete' | 'refused' | 'failed' | 'client' | 'shutdown';

export interface FinishedOperation extends Operation {
  readonly outcome: Outcome;
  /** What the client was told of its first failure. */
  readonly code?: ErrorCode | undefined;
  /** How many events a subscription has told; 0 for a query. */
  readonly events: number;
  readonly milliseconds: number;
  readonly cache?: Cost | undefined;
}

interface TrafficEvents {
  readonly request: [FinishedRequest];
  readonly refused: [RefusedConnection];
  /** A WebSocket is open. */
  readonly opened: [SocketKind];
  readonly socket: [FinishedSocket];
  /** A subscription begins to tell events. */
  readonly subscribed: [Operation];
  readonly operation: [FinishedOperation];
}

/** Tells what clients ask and how that ends: to the log, and to those who count. */
export class Traffic extends EventEmitter<TrafficEvents> {}
