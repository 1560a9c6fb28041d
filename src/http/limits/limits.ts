/** What a client, a connection and a request may take. Infinity: whatever there is. */
export interface Limits {
  /** Bytes of the body of a request. */
  readonly bodyBytes: number;
  /** Bytes of the first line and the headers of a request. */
  readonly headerBytes: number;
  /** Bytes of the path of a request with its query. */
  readonly urlBytes: number;
  /** Bytes of a message on a WebSocket. */
  readonly messageBytes: number;
  /** Time that a request may take to arrive, and then to be answered, before its answer begins. */
  readonly requestSeconds: number;
  /** Open connections of a client. */
  readonly connections: number;
  /** Open subscriptions of a client, by whatever way, and logs that it follows on the log socket. */
  readonly subscriptions: number;
  /** Requests of a client in a minute, and operations on its WebSockets. */
  readonly requestsPerMinute: number;
}

/** Nothing is counted by client: on loopback all are programs of this machine. */
export const LOOPBACK_LIMITS: Limits = {
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  messageBytes: 256 * 1024,
  requestSeconds: 60,
  connections: Number.POSITIVE_INFINITY,
  subscriptions: Number.POSITIVE_INFINITY,
  requestsPerMinute: Number.POSITIVE_INFINITY,
};

/** Wide enough for a few people behind one address, each with a page of a hundred runs. */
export const NETWORK_LIMITS: Limits = {
  ...LOOPBACK_LIMITS,
  connections: 256,
  subscriptions: 1000,
  requestsPerMinute: 6000,
};

/**
 * What clients and requests may take unless told.
 *
 * @param isLocal whether it listens on loopback only
 * @param proxies that it trusts: where there is one, others than programs of this machine come through it
 */
export function limitsOf(isLocal: boolean, proxies: readonly string[]): Limits {
  return isLocal && proxies.length === 0 ? LOOPBACK_LIMITS : NETWORK_LIMITS;
}
