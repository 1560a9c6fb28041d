import {
  type ClientEvent,
  connectLegacy,
  type LogClient,
  subscribeOverSse,
  subscribeOverWebSocket,
} from '../support/log-clients.ts';

export interface Batch {
  readonly lines: readonly string[];
  readonly firstLine: number | null;
  readonly cursor: string;
  readonly partial: string | null;
}

/** Ways to subscribe over GraphQL, by name. */
export const SUBSCRIPTIONS = [
  ['graphql-ws', subscribeOverWebSocket],
  ['server-sent events', subscribeOverSse],
] as const;

/** All ways to follow a log, from its start. */
export const TRANSPORTS: readonly (readonly [name: string, read: (url: string, runId: string) => LogReader])[] = [
  ...SUBSCRIPTIONS.map(
    ([name, subscribe]) => [name, (url: string, runId: string) => new LogReader(subscribe(url, { runId }))] as const,
  ),
  ['the log socket', (url, runId) => new LogReader(connectLegacy(url, { runId }))],
];

/** Takes from a client what a test waits for, in the terms that all transports share; anything else than expected throws. */
export class LogReader {
  readonly #client: LogClient;
  readonly #pending: string[] = [];
  /** The last one told. */
  cursor: string | null = null;

  constructor(client: LogClient) {
    this.#client = client;
  }

  /** The next `count` lines. @param mayReset whether resets may come before them */
  async lines(count: number, mayReset = false): Promise<readonly string[]> {
    while (this.#pending.length < count) {
      const event = await this.#client.next();
      if (event.type === 'LogBatch') {
        this.#pending.push(...event.lines);
        this.cursor = event.cursor;
      } else if (event.type === 'frame' && !/^\[(info|error)\] /.test(event.text)) this.#pending.push(event.text);
      else if (event.type !== 'frame' && !(mayReset && event.type === 'StreamReset')) throw unexpected(event);
    }
    return this.#pending.splice(0, count);
  }

  /** The next batch, over GraphQL. */
  async batch(): Promise<Batch> {
    const event = await this.#client.next();
    if (event.type !== 'LogBatch') throw unexpected(event);
    this.cursor = event.cursor;
    return event;
  }

  /** Waits until it is told that what follows is from the start of a file. */
  async reset(): Promise<string> {
    for (;;) {
      const event = await this.#client.next();
      if (event.type === 'StreamReset') {
        this.cursor = event.cursor;
        return event.reason;
      }
      const [, reason] = event.type === 'frame' ? (/^\[info\] The log was (\w+)/.exec(event.text) ?? []) : [];
      if (reason !== undefined) return reason.toUpperCase();
      if (event.type === 'LogBatch' && event.lines.length === 0) continue;
      throw unexpected(event);
    }
  }

  /** The next event, whatever it is. */
  next(): Promise<ClientEvent> {
    return this.#client.next();
  }

  /** The next frame of the log socket. */
  async frame(): Promise<string> {
    const event = await this.#client.next();
    if (event.type !== 'frame') throw unexpected(event);
    return event.text;
  }

  close(): void {
    this.#client.close();
  }
}

function unexpected(event: ClientEvent): Error {
  return new Error(`unexpected event ${JSON.stringify(event).slice(0, 300)}`);
}
