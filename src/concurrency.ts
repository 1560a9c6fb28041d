/** Actions under way at once: enough to keep the four threads of the pool busy, few enough that others wait shortly. */
const LIMIT = 8;

/**
 * The results of `action` for each item, in the order of the items; a bounded number of actions run at once.
 * Rejects with the first error; what has not begun by then never begins.
 */
export async function mapLimited<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  results.length = items.length;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await action(items[index]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(LIMIT, items.length) }, work));
  } catch (error) {
    next = items.length;
    throw error;
  }
  return results;
}

/** Has a bounded number of actions under way at once, in the order in which they came, and none begun after a signal. */
export class Turns {
  readonly #signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  #free = LIMIT;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The result of an action, which waits for its turn. Rejects with the signal's reason if that comes first. */
  async take<R>(action: () => Promise<R>): Promise<R> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      this.#signal.throwIfAborted();
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
