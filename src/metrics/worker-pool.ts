import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

/** By name what the threads do. */
type Tasks = typeof import('./worker.ts');

const IDLE_MS = 30_000;

/** Has threads import their code: Node 20 aborts the process when a thread is ended while it `require`s a module. */
const WITHOUT_REQUIRE = '--no-experimental-require-module';

/** For the short-lived objects of a thread. They are few: with more room there would only be more garbage around. */
const YOUNG_MB = 8;

/** Threads for all work that grows with a run, so that the event loop goes on serving. */
export class WorkerPool {
  readonly size = availableParallelism();
  readonly #threads = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: this.size,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
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
