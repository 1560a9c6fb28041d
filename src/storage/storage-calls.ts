import { StorageTimeout } from '../errors.ts';
import { Compartment } from './compartment.ts';
import { mountOf } from './mounts.ts';

/** Calls to one directory that are under way at once. */
const MOST_OF_DIRECTORY = 2;
export const DEFAULT_TIMEOUT_MS = 10_000;

interface StorageCallLimits {
  /** How long a caller waits. */
  readonly timeoutMs: number;
  /** How many calls to one mount are under way at once. */
  readonly mostOfMount: number;
  /** Told, with a sentence, when a directory stops answering, and when it answers again. */
  readonly warn: (message: string) => void;
}

/**
 * Makes the calls to files that a mount can leave without an answer for ever, as that of a server which is gone does. Such a
 * call cannot be taken back: it keeps its thread of libuv's pool. So that not all threads end like this, each directory
 * and each mount has a few calls under way at most. A caller waits for a bounded time; what does not answer has its next
 * callers refused at once, until a call comes back.
 */
export class StorageCalls {
  #limits: StorageCallLimits;
  readonly #directories = new Map<string, Compartment>();
  readonly #mounts = new Map<string, Compartment>();

  constructor(limits: StorageCallLimits) {
    this.#limits = limits;
  }

  /** For the calls that begin from now on. */
  configure(limits: Partial<StorageCallLimits>): void {
    this.#limits = { ...this.#limits, ...limits };
  }

  /**
   * The result of a call that concerns `directory` or a file in it. Rejects with StorageTimeout where it does not come in time.
   *
   * @param discard gets rid of a result that comes when nobody waits for it any more
   */
  async run<T>(directory: string, call: () => Promise<T>, discard?: (result: T) => void): Promise<T> {
    const { timeoutMs, mostOfMount } = this.#limits;
    const own = placeOf(this.#directories, directory, MOST_OF_DIRECTORY);
    const mount = placeOf(this.#mounts, mountOf(directory), mostOfMount);
    if (own.late > 0 || mount.isStuck) throw new StorageTimeout(directory, timeoutMs);
    const deadline = new Deadline(timeoutMs, () => new StorageTimeout(directory, timeoutMs));
    let hasBegun = false;
    const begin = (): Promise<T> => {
      // Who waited for his turn until now is gone.
      if (deadline.isOver) throw new StorageTimeout(directory, timeoutMs);
      hasBegun = true;
      return call();
    };
    const work = own.take(() => mount.take(begin));
    try {
      return await Promise.race([work, deadline.passed]);
    } finally {
      deadline.cancel();
      if (deadline.isOver && hasBegun) void this.#mindLateCall({ directory, own, mount, timeoutMs }, work, discard);
      if (own.isEmpty) this.#directories.delete(directory);
    }
  }

  async #mindLateCall<T>(
    { directory, own, mount, timeoutMs }: LateCall,
    work: Promise<T>,
    discard: ((result: T) => void) | undefined,
  ): Promise<void> {
    const { warn } = this.#limits;
    if (own.late === 0) warn(`${directory} has not answered for ${timeoutMs / 1000} s: what it holds is not served`);
    own.callIsLate();
    mount.callIsLate();
    try {
      const result = await work;
      discard?.(result);
    } catch {
      // Nobody is left to be told: that it came back is all that matters.
    }
    own.lateCallIsBack();
    mount.lateCallIsBack();
    if (own.late === 0) warn(`${directory} answers again`);
    if (own.isEmpty) this.#directories.delete(directory);
  }
}

interface LateCall {
  readonly directory: string;
  readonly own: Compartment;
  readonly mount: Compartment;
  readonly timeoutMs: number;
}

/** A time that passes by the clock, and is over only when what had come until then has been heard. */
class Deadline {
  readonly #endsAt: number;
  readonly #expire: () => void;
  #isOver = false;
  #isCancelled = false;
  #timer: NodeJS.Timeout | undefined;
  /** Rejects when the time is over. */
  readonly passed: Promise<never>;

  constructor(ms: number, error: () => Error) {
    this.#endsAt = performance.now() + ms;
    let refuse = (_reason: Error): void => undefined;
    this.passed = new Promise((_, reject) => {
      refuse = reject;
    });
    this.#expire = () => {
      if (this.#isCancelled) return;
      this.#isOver = true;
      refuse(error());
    };
    this.#wait(ms);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  cancel(): void {
    this.#isCancelled = true;
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.#endsAt - performance.now();
      if (leftMs > 0) this.#wait(leftMs);
      // Where the loop was held up, the answer may lie there.
      else setImmediate(this.#expire);
    }, ms);
  }
}

function placeOf(places: Map<string, Compartment>, name: string, most: number): Compartment {
  const known = places.get(name) ?? new Compartment(most);
  places.set(name, known);
  return known;
}

/** As src/start.cts has it; libuv has four unless told. */
const threads = Number.parseInt(process.env.UV_THREADPOOL_SIZE ?? '', 10) || 4;

/** All of this process, as the pool of threads is: a quarter of it is the most that one mount may hold up. */
export const storageCalls = new StorageCalls({
  timeoutMs: DEFAULT_TIMEOUT_MS,
  mostOfMount: Math.max(4, Math.floor(threads / 4)),
  warn: () => undefined,
});
