import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { MemoryStore, rateLimit } from 'express-rate-limit';
import { TooManyRequests } from '../../errors.ts';
import type { Clients } from './clients.ts';

const MINUTE_MS = 60_000;

/** Counts what each client asks for in a minute. */
export class RequestRate {
  readonly #most: number;
  readonly #clients: Clients;
  readonly #counts = new MemoryStore();
  #lastCount: Promise<TooManyRequests | null> = Promise.resolve(null);
  /** Counts a request over HTTP, and refuses it where it is one too many; tells in `RateLimit` how many are left. */
  readonly limitRequests: RequestHandler;

  constructor(most: number, clients: Clients) {
    this.#most = most;
    this.#clients = clients;
    this.limitRequests = rateLimit({
      windowMs: MINUTE_MS,
      limit: most,
      store: this.#counts,
      keyGenerator: (request) => clients.of(request),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      // Who the client is, is decided by `clients`.
      validate: false,
      handler: () => {
        throw this.#refusal(null);
      },
    });
  }

  /** Counts an operation of another kind, that the request has led to. @returns what refuses it; null: it may be */
  count(request: IncomingMessage): Promise<TooManyRequests | null> {
    // The store gives the count itself, which the next one changes: each is looked at before.
    this.#lastCount = this.#lastCount.then(() => this.#countNext(request));
    return this.#lastCount;
  }

  async #countNext(request: IncomingMessage): Promise<TooManyRequests | null> {
    const { totalHits, resetTime } = await this.#counts.increment(this.#clients.of(request));
    if (totalHits <= this.#most) return null;
    return this.#refusal(Math.ceil(((resetTime?.getTime() ?? Date.now()) - Date.now()) / 1000));
  }

  close(): void {
    this.#counts.shutdown();
  }

  #refusal(retryAfterSeconds: number | null): TooManyRequests {
    return new TooManyRequests(`requests: ${this.#most} in a minute are all that a client may send`, retryAfterSeconds);
  }
}
