import { EventEmitter } from 'node:events';
import { SharedTask } from '../shared-task.ts';
import { FileWatch } from './file-watch.ts';
import type { FollowedFile, WriterState } from './followed-file.ts';

/** So long a file must have been still, after the end of what writes it, to be complete. */
const STILL_MS = 1000;
/** How often to ask whether that end has come. */
const END_CHECK_MS = 500;

/** What a look at a file has shown. `doubtful`: those who wait should look for themselves whether it has changed. */
export type Sight = 'changed' | 'same' | 'doubtful';

/** Watches one file for all who follow it, until what writes it has ended and it is complete. */
export abstract class FileFollower {
  readonly #source: FollowedFile;
  readonly #looking = new SharedTask(() => this.#lookAround());
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #watch: FileWatch;
  readonly #restMs: number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #waking: NodeJS.Timeout | undefined;
  #version = 0;
  #failure: unknown;
  #endCheckedAt = Number.NEGATIVE_INFINITY;
  #writer: WriterState = 'writing';
  #isOver = false;
  /** When the file was last seen to change, in milliseconds of performance.now(). */
  protected changedAt = Number.NEGATIVE_INFINITY;

  /** @param restMs so long after a look that has shown a change the file may change before it is looked at again */
  constructor(source: FollowedFile, restMs = 0) {
    this.#source = source;
    this.#restMs = restMs;
    this.#watch = new FileWatch(source.path, () => this.#wake());
  }

  /** Looks at the file, whether it is there or not. */
  protected abstract lookAtFile(): Promise<Sight>;

  /** Has the writer's state asked for by the look under way, however lately it was. */
  protected doubtWriter(): void {
    this.#endCheckedAt = Number.NEGATIVE_INFINITY;
  }

  /** Is called when a look has found that the file is complete. */
  protected abstract complete(): void;

  get path(): string {
    return this.#source.path;
  }

  /** Whether what writes the file has ended, and the file is complete. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether nobody shall read the file any more. */
  get isGone(): boolean {
    return this.#writer === 'gone';
  }

  /** Another number after each change of what this object tells. */
  get version(): number {
    return this.#version;
  }

  /** Resolves after a change since `version`, after `ms` at the latest, or when aborted. Throws what looking threw. */
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

  /** Looks at the file now. */
  look(): Promise<void> {
    return this.#looking.get();
  }

  async close(): Promise<void> {
    this.#watch.close();
    clearTimeout(this.#waking);
    await this.#looking.get().catch(() => undefined);
  }

  #wake(): void {
    const waitMs = this.#lookedAt + this.#restMs - performance.now();
    if (waitMs <= 0) this.#lookUnasked();
    else this.#waking ??= setTimeout(() => this.#lookUnasked(), waitMs);
  }

  #lookUnasked(): void {
    this.#waking = undefined;
    // What goes wrong is kept for those who wait for a change.
    this.look().catch(() => undefined);
  }

  /** Nothing came of a look: the next change need not wait, nor one that was announced meanwhile. */
  #skipRest(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    if (this.#waking === undefined) return;
    clearTimeout(this.#waking);
    this.#lookUnasked();
  }

  async #lookAround(): Promise<void> {
    this.#lookedAt = performance.now();
    let sight: Sight = 'same';
    const isOverBefore = this.#isOver;
    try {
      sight = await this.lookAtFile();
      if (performance.now() - this.#endCheckedAt >= END_CHECK_MS) {
        this.#endCheckedAt = performance.now();
        this.#writer = await this.#source.writerState();
        // Once more, for what was written before the end.
        if (this.#writer === 'ended') sight = clearer(sight, await this.lookAtFile());
      }
      this.#isOver = this.#writer === 'gone' || (this.#writer === 'ended' && this.#stillInMs() <= 0);
      if (this.#isOver) this.complete();
      this.#failure = undefined;
    } catch (error) {
      sight = 'changed';
      this.#failure = error;
      throw error;
    } finally {
      if (sight === 'same') this.#skipRest();
      const isEnding = this.#writer === 'ended' && !this.#isOver;
      this.#watch.looked(sight === 'changed', isEnding ? this.#stillInMs() : Infinity);
      if (sight !== 'same' || this.#isOver !== isOverBefore) {
        this.#version++;
        this.#changes.emit('change');
      }
    }
  }

  /** How long from now on the file must stay as it is to be complete. */
  #stillInMs(): number {
    return this.changedAt + STILL_MS - performance.now();
  }
}

/** What two looks have shown together. */
function clearer(one: Sight, other: Sight): Sight {
  return one === 'changed' || other === 'same' ? one : other;
}
