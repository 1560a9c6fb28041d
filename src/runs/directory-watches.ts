import { type FSWatcher, type WatchEventType, watch } from 'node:fs';
import { isLocal } from '../storage/local-file-systems.ts';
import { isPathError, isSystemError } from '../system-error.ts';

export interface ChangeListener {
  /** To be told what happened to the entry `name` of a directory; null: anything may have happened, there and below. */
  changed(name: string | null, event: WatchEventType): void;
}

/** There are no more watches to be had, for now. */
const EXHAUSTED: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM']);
const RETRY_MS = 60_000;

/**
 * So many events at once that some may be lost: Linux drops what comes when 16 384 are waiting, as after the process was
 * stopped for a while, and Node does not pass on that it did.
 */
const BURST = 4096;

/** Watches directories of local file systems, as many as the system allows. */
export class DirectoryWatches {
  readonly #warn: (message: string) => void;
  readonly #listeners = new Map<FSWatcher, ChangeListener>();
  readonly #tellingDevices = new Map<bigint, Promise<boolean>>();
  #retryAt = Number.NEGATIVE_INFINITY;
  #isWarned = false;
  #burst = 0;
  #isClosed = false;

  /** `warn` is told once if there are not enough watches. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Whether the system tells of every change in the directories of `device`, which `path` is on. */
  tellsOf(device: bigint, path: string): Promise<boolean> {
    const known = this.#tellingDevices.get(device);
    if (known !== undefined) return known;
    const asked = isLocal(path);
    this.#tellingDevices.set(device, asked);
    asked.catch(() => this.#tellingDevices.delete(device));
    return asked;
  }

  /** Tells of changes in the directory until the watcher is ended. Undefined if it cannot be watched. */
  watch(path: string, listener: ChangeListener): FSWatcher | undefined {
    if (this.#isClosed || performance.now() < this.#retryAt) return undefined;
    try {
      const watcher = watch(path, { persistent: false }, (event, name) => this.#tell(listener, name, event));
      watcher.on('error', () => listener.changed(null, 'rename'));
      this.#listeners.set(watcher, listener);
      return watcher;
    } catch (error) {
      if (isSystemError(error) && EXHAUSTED.has(error.code)) this.#giveUp(error.code);
      else if (!isPathError(error)) throw error;
      return undefined;
    }
  }

  end(watcher: FSWatcher): void {
    this.#listeners.delete(watcher);
    watcher.close();
  }

  /** Ends all watches and begins no others. */
  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#listeners.keys()) this.end(watcher);
  }

  #tell(listener: ChangeListener, name: string | null, event: WatchEventType): void {
    if (this.#burst === 0) setImmediate(() => (this.#burst = 0));
    this.#burst += 1;
    listener.changed(name, event);
    if (this.#burst !== BURST) return;
    for (const [watcher, other] of this.#listeners) if (this.#listeners.has(watcher)) other.changed(null, 'rename');
  }

  #giveUp(code: string): void {
    this.#retryAt = performance.now() + RETRY_MS;
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#warn(
      `cannot watch all directories (${code}; see fs.inotify in sysctl): looking at the others every few seconds`,
    );
  }
}
