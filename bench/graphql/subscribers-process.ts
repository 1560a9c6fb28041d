/** Many subscribers to a growing run in a process of their own, so that what they cost is not the gateway's or the writer's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { messagesOf } from '../harness/child-messages.ts';
import { type LiveMetrics, LiveSubscriber } from './live-subscriber.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const LOST_AFTER_MS = 20_000;

/** How long events were under way, in milliseconds, over all steps and subscribers. */
export interface Delays {
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

export interface SubscribersProcess {
  /** Connects so many, once those before are gone. Resolves when each has had its first event. */
  readonly subscribe: (count: number, live: LiveMetrics) => Promise<void>;
  /** Resolves when each has all steps before `step`. @returns how long those took that came since this was asked last */
  readonly receivedUntil: (step: number) => Promise<Delays>;
  /** Resolves when each was told that the run has ended. */
  readonly ended: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
}

type Order =
  | { readonly do: 'subscribe'; readonly count: number; readonly live: LiveMetrics }
  | { readonly do: 'receive'; readonly until: number }
  | { readonly do: 'end' }
  | { readonly do: 'disconnect' };

/** Runs `use` with a process that has no subscribers yet. */
export async function withSubscribers<Result>(
  use: (subscribers: SubscribersProcess) => Promise<Result>,
): Promise<Result> {
  const child = fork(THIS_FILE, ['follow']);
  const exited = once(child, 'exit');
  const next = messagesOf(child, 'the subscribers', exited);
  const order = async (what: Order): Promise<Delays> => {
    child.send(what);
    return next((message) => (isDelays(message) ? message : undefined));
  };
  try {
    return await use({
      subscribe: async (count, live) => void (await order({ do: 'subscribe', count, live })),
      receivedUntil: (until) => order({ do: 'receive', until }),
      ended: async () => void (await order({ do: 'end' })),
      disconnect: async () => void (await order({ do: 'disconnect' })),
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

function isDelays(message: unknown): message is Delays {
  return typeof message === 'object' && message !== null && 'median' in message && 'p95' in message && 'p99' in message;
}

/** All of them together. */
class Subscribers {
  #all: readonly LiveSubscriber[] = [];
  #delays: number[] = [];
  #look = () => {};

  async subscribe(count: number, live: LiveMetrics): Promise<void> {
    const follow = () =>
      LiveSubscriber.follow(live, (delays) => {
        for (const delay of delays) this.#delays.push(delay);
        this.#look();
      });
    this.#all = await Promise.all(Array.from({ length: count }, follow));
  }

  /** Resolves when it is so of each of them. @throws where that takes too long */
  async until(what: string, isSo: (subscriber: LiveSubscriber) => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        const others = this.#all.filter((subscriber) => !isSo(subscriber)).length;
        reject(new Error(`${others} of ${this.#all.length} subscribers have not ${what}`));
      }, LOST_AFTER_MS);
      this.#look = () => {
        if (!this.#all.every(isSo)) return;
        clearTimeout(late);
        resolve();
      };
      this.#look();
    });
    this.#look = () => {};
  }

  takeDelays(): Delays {
    const sorted = Float64Array.from(this.#delays).toSorted();
    this.#delays = [];
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    return { median: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.#all.map((subscriber) => subscriber.close()));
    this.#all = [];
  }
}

async function carryOut(order: Order, subscribers: Subscribers): Promise<void> {
  if (order.do === 'subscribe') await subscribers.subscribe(order.count, order.live);
  if (order.do === 'receive') {
    await subscribers.until(`received step ${order.until - 1}`, ({ next }) => next >= order.until);
  }
  if (order.do === 'end') await subscribers.until('been told of the end', ({ hasEnded }) => hasEnded);
  if (order.do === 'disconnect') await subscribers.disconnect();
  process.send?.(subscribers.takeDelays());
}

if (process.argv[1] === THIS_FILE && process.argv[2] === 'follow') {
  const subscribers = new Subscribers();
  process.on('message', (order: Order) => void carryOut(order, subscribers));
  process.once('disconnect', () => process.exit());
}
