import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { Overloaded, RunTooLarge } from '../errors.ts';

/** By name what the threads do. */
type Tasks = typeof import('./worker.ts');

const IDLE_MS = 30_000;
const RESTART_MS = 200;

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

  #restart: NodeJS.Timeout | undefined;

  constructor() {
    // A thread that died without a task. Unheard that would end the process.
    this.#threads.on('error', () => this.#startAnother());
  }

  /**
   * What a thread makes of a task. The next task has another thread, should this one die.
   *
   * @throws RunTooLarge if the thread died of it, for want of memory
   * @throws Overloaded if there is no thread to be had
   */
  async run<Name extends keyof Tasks>(name: Name, task: Parameters<Tasks[Name]>[0]): Promise<ReturnType<Tasks[Name]>> {
    try {
      const answer: ReturnType<Tasks[Name]> = await this.#threads.run(task, { name });
      return answer;
    } catch (error) {
      throw reasonOfDeath(error) ?? error;
    }
  }

  /** Tasks that wait for a thread which died when it was to start wait for ever, unless a further task has another one started. */
  #startAnother(): void {
    if (this.#restart !== undefined || this.#threads.queueSize === 0) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      const signal = AbortSignal.timeout(RESTART_MS);
      this.#threads.run(null, { name: 'nothing', signal }).catch(() => this.#startAnother());
    }, RESTART_MS);
  }

  async close(): Promise<void> {
    clearTimeout(this.#restart);
    await this.#threads.destroy();
  }
}

/** Why a thread did not live to do its task; undefined for errors of the task itself. */
function reasonOfDeath(error: unknown): RunTooLarge | Overloaded | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  if (error.code === 'ERR_WORKER_INIT_FAILED') return new Overloaded(error.message, { cause: error });
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return undefined;
  return new RunTooLarge(`What was asked for takes more than the ${OLD_MB} MiB of memory that a thread has`, {
    cause: error,
  });
}
