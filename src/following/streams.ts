/** Streams of events that are waited for, each of which can be ended at any time: by who reads it, or all at once. */
export class Streams {
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  /** How many are read. */
  get size(): number {
    return this.#open.size;
  }

  /** @param run gives the events; whatever it waits for, it ends when the signal is aborted */
  open<Event>(run: (signal: AbortSignal) => AsyncGenerator<Event, void, undefined>): AsyncIterableIterator<Event> {
    const abort = new AbortController();
    const events = this.#registered(abort, run);
    return {
      next: () => events.next(),
      // A generator that waits is deaf to its return().
      return: () => {
        abort.abort();
        return events.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Ends all streams, and those that begin later. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#open) stream.abort();
  }

  async *#registered<Event>(
    abort: AbortController,
    run: (signal: AbortSignal) => AsyncGenerator<Event, void, undefined>,
  ): AsyncGenerator<Event, void, undefined> {
    if (this.#isClosed) return;
    this.#open.add(abort);
    try {
      yield* run(abort.signal);
    } catch (error) {
      // What was under way when the stream was ended may fail for that, and nobody waits for it.
      if (!abort.signal.aborted) throw error;
    } finally {
      this.#open.delete(abort);
    }
  }
}
