import { EventEmitter } from 'node:events';
import { SharedTask } from '../shared-task.ts';
import { FileWatch } from './file-watch.ts';
import type { IndexStore } from './index-store.ts';
import type { LogSource, ResetReason } from './log-event.ts';
import { FileChanged, LogFile, statLog } from './log-file.ts';
import { rotatedFrom } from './rotations.ts';

/** So long a file must have been still, after the end of what writes it, to be complete. */
const STILL_MS = 1000;
/** How often to ask whether that end has come. */
const END_CHECK_MS = 500;

/** Watches the log at one path for all who read it, and keeps its files in the order in which they came. */
export class Follower {
  readonly #source: LogSource;
  readonly #indexes: IndexStore;
  readonly #looking = new SharedTask(() => this.#lookAround());
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #watch: FileWatch;
  #current: LogFile | undefined;
  #distrusted: LogFile | undefined;
  #version = 0;
  #failure: unknown;
  #changedAt = Number.NEGATIVE_INFINITY;
  #endCheckedAt = Number.NEGATIVE_INFINITY;
  #hasEnded = false;
  #isOver = false;

  constructor(source: LogSource, indexes: IndexStore) {
    this.#source = source;
    this.#indexes = indexes;
    // What goes wrong is kept for those who wait for a change.
    this.#watch = new FileWatch(source.path, () => void this.look().catch(() => undefined));
  }

  get path(): string {
    return this.#source.path;
  }

  /** The file that the log is now; undefined while there is none. */
  get current(): LogFile | undefined {
    return this.#current;
  }

  /** Whether what writes the log has ended, and the log is complete. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Another number after each change of what this object tells. */
  get version(): number {
    return this.#version;
  }

  /** Resolves after a change since `version`, after `ms` at the latest, or when aborted. Throws DataUnreadable. */
  async changed(version: number, signal: AbortSignal, ms?: number): Promise<void> {
    if (this.#version === version && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(done, ms);
        const changes = this.#changes.once('change', done);
        signal.addEventListener('abort', done, { once: true });
        function done(): void {
          clearTimeout(timer);
          changes.off('change', done);
          signal.removeEventListener('abort', done);
          resolve();
        }
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Looks at the log now. Throws DataUnreadable. */
  look(): Promise<void> {
    return this.#looking.get();
  }

  /** The file does not hold what it held, whatever it looks like from outside: what was read of it is void. */
  async distrust(file: LogFile): Promise<void> {
    this.#distrusted = file;
    await this.look();
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#looking.get().catch(() => undefined);
    if (this.#current === undefined) return;
    await this.#indexes.keep(this.#current).catch(() => undefined);
    await this.#current.release();
  }

  async #lookAround(): Promise<void> {
    let hasChanged = false;
    const isOverBefore = this.#isOver;
    try {
      hasChanged = await this.#lookAtFile();
      if (performance.now() - this.#endCheckedAt >= END_CHECK_MS) {
        this.#endCheckedAt = performance.now();
        this.#hasEnded = await this.#source.hasEnded();
        // Once more, for what was written before the end.
        if (this.#hasEnded && (await this.#lookAtFile())) hasChanged = true;
      }
      this.#isOver = this.#hasEnded && performance.now() - this.#changedAt >= STILL_MS;
      if (this.#isOver) this.#current?.finish();
      this.#failure = undefined;
    } catch (error) {
      hasChanged = true;
      this.#failure = error;
      throw error;
    } finally {
      const stillIn = this.#hasEnded && !this.#isOver ? this.#changedAt + STILL_MS - performance.now() : Infinity;
      this.#watch.looked(hasChanged, stillIn);
      if (hasChanged || this.#isOver !== isOverBefore) {
        this.#version++;
        this.#changes.emit('change');
      }
    }
  }

  /** @returns whether the log changed */
  async #lookAtFile(): Promise<boolean> {
    const current = this.#current;
    const stats = await statLog(this.path);
    if (current === undefined) return this.#begin();
    if (stats === undefined) return this.#noteGrowth(await refreshed(current));
    if (String(stats.ino) !== current.inode) return this.#turnTo(await LogFile.open(this.path), current);
    try {
      if (this.#distrusted !== current) return this.#noteGrowth(await current.refresh(stats));
    } catch (error) {
      if (!(error instanceof FileChanged)) throw error;
    }
    const file = await LogFile.open(this.path);
    if (file === undefined) return false;
    await this.#take(file, current, current, 'truncated');
    return true;
  }

  #noteGrowth(grew: boolean): boolean {
    if (grew) this.#changedAt = performance.now();
    return grew;
  }

  async #begin(): Promise<boolean> {
    const file = await LogFile.open(this.path);
    if (file === undefined) return false;
    await this.#indexes.restore(file);
    this.#setCurrent(file);
    return true;
  }

  /** Another file is at the path: the rest of the old one comes first, where it is still part of the log. */
  async #turnTo(file: LogFile | undefined, old: LogFile): Promise<boolean> {
    if (file === undefined) return false;
    await refreshed(old);
    old.finish();
    const isRotated = await old.hasName();
    let last = old;
    if (isRotated) {
      for (const path of (await rotatedFrom(this.path, old.inode)).slice(1)) {
        const between = await LogFile.open(path);
        if (between === undefined) continue;
        between.finish();
        last.succeed(between, 'rotated');
        await between.release();
        last = between;
      }
    }
    await this.#take(file, old, last, isRotated ? 'rotated' : 'replaced');
    return true;
  }

  /** @param old the current file so far @param last what the new one comes after: it, or what came between */
  async #take(file: LogFile, old: LogFile, last: LogFile, reason: ResetReason): Promise<void> {
    last.succeed(file, reason);
    this.#setCurrent(file);
    await old.release();
  }

  #setCurrent(file: LogFile): void {
    this.#current = file;
    // A file that has lain there for long need not be waited for.
    this.#changedAt = performance.now() - Math.max(0, Date.now() - file.modifiedMs);
  }
}

/** @returns whether the file, which is not the log any more, grew nevertheless */
async function refreshed(file: LogFile): Promise<boolean> {
  try {
    return await file.refresh();
  } catch (error) {
    if (error instanceof FileChanged) return false;
    throw error;
  }
}
