import { BadUserInput, DataUnreadable } from '../errors.ts';
import type { FollowedFile } from '../following/followed-file.ts';
import { Followers } from '../following/followers.ts';
import type { Following } from '../following/following.ts';
import { Streams } from '../following/streams.ts';
import type { StorageBounds } from '../storage/files.ts';
import { decodeCursor } from './cursor.ts';
import { Follower } from './follower.ts';
import { IndexStore } from './index-store.ts';
import type { FollowOptions, LogEvent } from './log-event.ts';
import { FileChanged } from './log-file.ts';
import { type LogPage, NO_PAGE, type PageOptions, pageRequest, readPage } from './log-page.ts';
import { LogStream, type StreamStart } from './log-stream.ts';
import { type LogRender, RAW } from './render.ts';

/** How often a page is begun anew where the file changes under it. */
const MOST_ATTEMPTS = 5;

/** Reads logs while they grow: one follower a file, however many read it, and none where nobody does. */
export class Logs {
  readonly #indexes = new IndexStore();
  readonly #followers: Followers<Follower>;
  readonly #streams = new Streams();

  constructor(bounds: StorageBounds) {
    this.#followers = new Followers((file) => new Follower(file, bounds, this.#indexes));
  }

  /**
   * What the log holds, from where the options say, and then what comes. Pulled: reads on when asked for the next event.
   * Throws BadUserInput for what is no cursor or no number of lines; the iterator throws DataUnreadable.
   */
  follow(
    source: FollowedFile,
    { after, tail, countBlank = true, render = RAW }: FollowOptions,
  ): AsyncIterableIterator<LogEvent> {
    if (!(Number.isSafeInteger(tail) && tail >= 0)) throw new BadUserInput(`tail: ${tail} is not a number of lines`);
    const start = { after: after == null ? null : decodeCursor('after', after), tail, countBlank };
    return this.#streams.open((signal) => this.#stream(source, start, render, signal));
  }

  /** A page of the log as it is now. Throws BadUserInput, CursorExpired or DataUnreadable. */
  async page(source: FollowedFile, options: PageOptions): Promise<LogPage> {
    const request = pageRequest(options);
    const follower = this.#followers.acquire(source);
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
      throw new DataUnreadable(source.path, 'it changes again and again');
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
      await this.#followers.release(follower);
    }
  }

  get following(): Following {
    return { files: this.#followers.size, streams: this.#streams.size };
  }

  /** Ends all streams. */
  close(): void {
    this.#streams.close();
  }

  async *#stream(
    source: FollowedFile,
    start: StreamStart,
    render: LogRender,
    signal: AbortSignal,
  ): AsyncGenerator<LogEvent, void, undefined> {
    const follower = this.#followers.acquire(source);
    try {
      yield* new LogStream(follower, start, render, signal).events();
    } finally {
      await this.#followers.release(follower);
    }
  }
}
