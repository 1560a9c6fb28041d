import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

/** By name what the threads do. */
type Tasks = typeof import('./worker.ts');

const IDLE_MS = 30_000;

/** Has threads import their code: Node 20 aborts the process when a thread is ended while it `require`s a module. */
const WITHOUT_REQUIRE = '--no-experimental-require-module';

/**
 * What the objects of a thread may take. They are short-lived and few: with more room there would only be more garbage,
 * since V8 lets a heap that may become large grow fourfold before it collects. One that needs more fails alone.
 */
const YOUNG_MB = 8;
const OLD_MB = 1024;

/** Threads for all work that grows with a run, so that the event loop goes on serving. */
export class WorkerPool {
  readonly size = availableParallelism();
  readonly #threads = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: this.size,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    execArgv: [WITHOUT_REQUIRE],
  });

  async run<Name extends keyof Tasks>(name: Name, task: Parameters<Tasks[Name]>[0]): Promise<ReturnType<Tasks[Name]>> {
    const answer: ReturnType<Tasks[Name]> = await this.#threads.run(task, { name });
    return answer;
  }

  async close(): Promise<void> {
    await this.#threads.destroy();
  }
}
