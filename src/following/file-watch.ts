import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isLocal } from '../storage/local-file-systems.ts';
import { storageCalls } from '../storage/storage-calls.ts';

/** How often to look, where the system has announced changes so far, and where it has not. */
const TRUSTING_MS = 1000;
const DISTRUSTING_MS = 50;
/** For so long the system is not relied on after a change that it did not announce. */
const GRUDGE_MS = 60_000;

/**
 * Calls when it is time to look at a file: at once where the system tells of changes, and every now and then by itself,
 * much more often where it does not, as on network file systems. The directory need not be there.
 */
export class FileWatch {
  readonly #path: string;
  readonly #wake: () => void;
  #watcher: FSWatcher | undefined;
  #watchedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #announced = false;
  #trusting = false;
  #missedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(path: string, wake: () => void) {
    this.#path = path;
    this.#wake = wake;
    this.#watch();
  }

  /**
   * To be told of each look at the file, since only the outcome shows whether the system can be relied on.
   *
   * @param changed whether the file had changed
   * @param soonMs when to look again at the latest, should nothing happen
   */
  looked(changed: boolean, soonMs: number): void {
    if (this.#closed) return;
    if (changed && !this.#announced) this.#missedAt = performance.now();
    if (changed) this.#trusting = this.#announced && performance.now() - this.#missedAt > GRUDGE_MS;
    this.#announced = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (!this.#trusting) this.#watch();
        this.#wake();
      },
      Math.min(this.#trusting ? TRUSTING_MS : DISTRUSTING_MS, soonMs),
    );
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  /** Watches the directory, so that the file may come and go; anew from time to time, since a directory may do so too. */
  #watch(): void {
    if (performance.now() - this.#watchedAt < TRUSTING_MS) return;
    this.#watchedAt = performance.now();
    void this.#watchIfSafe();
  }

  async #watchIfSafe(): Promise<void> {
    const name = basename(this.#path);
    try {
      if (!(await mayWatch(dirname(this.#path))) || this.#closed) return;
      const before = this.#watcher;
      before?.close();
      this.#watcher = undefined;
      this.#watcher = watch(dirname(this.#path), (_event, file) => {
        if (file !== name && file !== null) return;
        this.#announced = true;
        this.#wake();
      });
      this.#watcher.on('error', () => {
        this.#trusting = false;
      });
      // What was written until now was announced to nobody.
      if (before === undefined) {
        this.#announced = true;
        this.#wake();
      }
    } catch {
      // No such directory, none that answers, or no more watches to be had: looking at the file tells.
      this.#trusting = false;
    }
  }
}

/**
 * To begin a watch is a call that the event loop waits for: on a mount whose server is gone for ever. Where others write too it
 * would not tell of all changes anyway.
 */
async function mayWatch(directory: string): Promise<boolean> {
  return process.platform !== 'linux' || (await storageCalls.run(directory, () => isLocal(directory)));
}
