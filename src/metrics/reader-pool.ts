import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { ReadOutcome, ReadTask } from './read-worker.ts';

const IDLE_MS = 30_000;

/** Threads that read and parse files, so that the event loop goes on serving. */
export class ReaderPool {
  readonly #threads = new Piscina<ReadTask, ReadOutcome>({
    filename: new URL('./read-worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: availableParallelism(),
    idleTimeout: IDLE_MS,
  });

  read(task: ReadTask): Promise<ReadOutcome> {
    return this.#threads.run(task);
  }

  async close(): Promise<void> {
    await this.#threads.destroy();
  }
}
