interface Execution<T> {
  readonly startedAt: number;
  readonly result: Promise<T>;
}

/** An asynchronous task whose executions are shared by its callers; no two executions overlap. */
export class SharedTask<T> {
  readonly #work: () => Promise<T>;
  /** The last that succeeded. */
  #done: Execution<T> | undefined;
  #running: Execution<T> | undefined;
  #queued: Promise<T> | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /**
   * The result of an execution that started after this call, or less than `maxAge` milliseconds before it: one that is
   * done, if it is young enough, before one that is under way.
   * An execution that started earlier may have missed what the caller did just before, so it does not serve.
   */
  get(maxAge = 0): Promise<T> {
    for (const execution of [this.#done, this.#running]) {
      if (execution !== undefined && performance.now() - execution.startedAt < maxAge) return execution.result;
    }
    this.#queued ??= this.#settled.then(() => this.#start());
    return this.#queued;
  }

  #start(): Promise<T> {
    this.#queued = undefined;
    const execution = { startedAt: performance.now(), result: this.#work() };
    this.#running = execution;
    this.#settled = this.#settle(execution);
    return execution.result;
  }

  async #settle(execution: Execution<T>): Promise<void> {
    const [{ status }] = await Promise.allSettled([execution.result]);
    if (status === 'fulfilled') this.#done = execution;
    this.#running = undefined;
  }
}
