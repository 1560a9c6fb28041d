import { BadUserInput, DataUnreadable } from '../errors.ts';
import { decodeCursor } from './cursor.ts';
import { Follower } from './follower.ts';
import { IndexStore } from './index-store.ts';
import type { FollowOptions, LogEvent, LogSource } from './log-event.ts';
import { FileChanged } from './log-file.ts';
import { type LogPage, NO_PAGE, type PageOptions, pageRequest, readPage } from './log-page.ts';
import { LogStream, type StreamStart } from './log-stream.ts';
import { type LogRender, RAW } from './render.ts';

/** How often a page is begun anew where the file changes under it. */
const MOST_ATTEMPTS = 5;

/** Reads logs while they grow: one follower a file, however many read it, and none where nobody does. */
export class Logs {
  readonly #followers = new Map<string, { readonly follower: Follower; users: number }>();
  readonly #indexes = new IndexStore();
  readonly #streams = new Set<AbortController>();

  /**
   * What the log holds, from where the options say, and then what comes. Pulled: reads on when asked for the next event.
   * Throws BadUserInput for what is no cursor or no number of lines; the iterator throws DataUnreadable.
   */
  follow(
    source: LogSource,
    { after, tail, countBlank = true, render = RAW }: FollowOptions,
  ): AsyncIterableIterator<LogEvent> {
    if (!(Number.isSafeInteger(tail) && tail >= 0)) throw new BadUserInput(`tail: ${tail} is not a number of lines`);
    const start = { after: after == null ? null : decodeCursor('after', after), tail, countBlank };
    const abort = new AbortController();
    const events = this.#stream(source, start, render, abort);
    return {
      next: () => events.next(),
      // A generator that waits is deaf to its return().
      return: () => {
        abort.abort();
        return events.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** A page of the log as it is now. Throws BadUserInput, CursorExpired or DataUnreadable. */
  async page(source: LogSource, options: PageOptions): Promise<LogPage> {
    const request = pageRequest(options);
    const follower = this.#acquire(source);
    try {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
        await follower.look();
        // Should another file come meanwhile, this one is read to the end of the page.
        const file = follower.present?.retain();
        if (file === undefined) return NO_PAGE;
        try {
          return await readPage(file, request);
        } catch (error) {
          if (!(error instanceof FileChanged)) throw error;
          file.declareVoid();
        } finally {
          await file.release();
        }
      }
      throw new DataUnreadable(`${source.path} changes faster than it can be read`);
    } finally {
      // Behind the answer, and what is wrong with the file is told to those who read it.
      void this.#countAndRelease(follower).catch(() => undefined);
    }
  }

  /** Whoever asks again shall be told the numbers of the lines. */
  async #countAndRelease(follower: Follower): Promise<void> {
    try {
      await follower.current?.countLines();
    } finally {
      await this.#release(follower.path);
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const stream of this.#streams) stream.abort();
  }

  async *#stream(
    source: LogSource,
    start: StreamStart,
    render: LogRender,
    abort: AbortController,
  ): AsyncGenerator<LogEvent, void, undefined> {
    const follower = this.#acquire(source);
    this.#streams.add(abort);
    try {
      yield* new LogStream(follower, start, render, abort.signal).events();
    } finally {
      this.#streams.delete(abort);
      await this.#release(source.path);
    }
  }

  #acquire(source: LogSource): Follower {
    const shared = this.#followers.get(source.path) ?? { follower: new Follower(source, this.#indexes), users: 0 };
    this.#followers.set(source.path, shared);
    shared.users++;
    return shared.follower;
  }

  async #release(path: string): Promise<void> {
    const shared = this.#followers.get(path);
    if (shared === undefined || --shared.users > 0) return;
    this.#followers.delete(path);
    await shared.follower.close();
  }
}
