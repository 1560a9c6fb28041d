/** One who follows a growing run's metrics over graphql-ws, and sees to it that nothing is missing and nothing wrong. */
import type { WebSocket } from 'ws';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { connectGraphql, textOf } from '../logs/log-receivers.ts';
import { LIVE_COLUMNS, liveValues, monotonicMs } from './growing-run.ts';

const SUBSCRIPTION = `subscription ($runId: ID!, $columns: [String!]!, $after: String!, $maxHz: Float!) {
  metrics(runId: $runId, columns: $columns, after: $after, maxHz: $maxHz) {
    type: __typename
    ... on MetricDelta { frame { x series { values } cursor } removed }
    ... on StreamReset { reason cursor }
    ... on StreamEnd { status cursor }
  }
}`;

/** What is followed. */
export interface LiveMetrics {
  readonly url: string;
  readonly runId: string;
  /** A cursor behind the event before `step`. */
  readonly after: string;
  readonly step: number;
  readonly maxHz: number;
}

interface Delta {
  readonly type: 'MetricDelta';
  readonly frame: { readonly x: readonly number[]; readonly series: readonly { readonly values: readonly number[] }[] };
  readonly removed: readonly number[];
}

interface Message {
  readonly type: 'next' | 'complete' | 'error' | 'ping' | 'pong';
  readonly payload?: {
    readonly data?: { readonly metrics: Delta | { readonly type: 'StreamReset' | 'StreamEnd' } } | null;
  };
}

export class LiveSubscriber {
  readonly #socket: WebSocket;
  #next: number;
  #hasEnded = false;

  private constructor(socket: WebSocket, step: number) {
    this.#socket = socket;
    this.#next = step;
  }

  /**
   * Resolves at the first event, which comes at once.
   *
   * @param received told after each event, with how long ago each of its steps was appended, in milliseconds
   */
  static async follow(live: LiveMetrics, received: (delays: readonly number[]) => void): Promise<LiveSubscriber> {
    const socket = await connectGraphql(live.url);
    const subscriber = new LiveSubscriber(socket, live.step);
    const { runId, after, maxHz } = live;
    await new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const delays = subscriber.#receive(textOf(data));
        resolve();
        received(delays);
      });
      const payload = { query: SUBSCRIPTION, variables: { runId, columns: LIVE_COLUMNS, after, maxHz } };
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    });
    return subscriber;
  }

  /** The first step that it does not have. */
  get next(): number {
    return this.#next;
  }

  /** Whether it was told that the run has ended. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.terminate();
    });
  }

  #receive(text: string): readonly number[] {
    const now = monotonicMs();
    const { type, payload }: Message = JSON.parse(text);
    if (type === 'complete' && this.#hasEnded) return [];
    const event = payload?.data?.metrics;
    if (event?.type === 'StreamEnd') this.#hasEnded = true;
    else if (event?.type === 'MetricDelta') return this.#merge(event, now);
    else throw new Error(`a subscription failed: ${text}`);
    return [];
  }

  #merge({ frame: { x, series }, removed }: Delta, now: number): readonly number[] {
    const columns = series.map(({ values }) => values);
    expectSameNumbers('removed', removed, []);
    return x.map((step, row) => {
      const values = columns.map((column) => column[row]);
      const appendedAt = values.pop() ?? Number.NaN;
      expectSameNumbers('a live step', [step, ...values], [this.#next, ...liveValues(step)]);
      this.#next++;
      return now - appendedAt;
    });
  }
}
