/** An asynchronous task whose executions are shared by its callers; no two executions overlap. */
export class SharedTask<T> {
  readonly #work: () => Promise<T>;
  #latest: { readonly startedAt: number; readonly result: Promise<T> } | undefined;
  #queued: Promise<T> | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /**
   * The result of an execution that started after this call, or less than `maxAge` milliseconds before it.
   * An execution that started earlier may have missed what the caller did just before, so it does not serve.
   */
  get(maxAge = 0): Promise<T> {
    if (this.#latest !== undefined && performance.now() - this.#latest.startedAt < maxAge) return this.#latest.result;
    this.#queued ??= this.#settled.then(() => this.#start());
    return this.#queued;
  }

  #start(): Promise<T> {
    this.#queued = undefined;
    const startedAt = performance.now();
    const result = this.#work();
    this.#latest = { startedAt, result };
    this.#settled = result.then(
      () => undefined,
      () => {
        this.#latest = undefined;
      },
    );
    return result;
  }
}
