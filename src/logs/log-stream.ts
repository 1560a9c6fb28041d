import { readBatch } from './batch.ts';
import { encodeCursor, FILE_START, type LogCursor, type LogPosition, NO_FILE } from './cursor.ts';
import type { Follower } from './follower.ts';
import type { LogBatch, LogEvent, ResetReason } from './log-event.ts';
import { FileChanged, LogFile, type Successor } from './log-file.ts';
import type { LogRender } from './render.ts';
import { rotatedFrom } from './rotations.ts';
import { findTail } from './tail.ts';
import { showUnfinished } from './unfinished-line.ts';

/** A progress bar need not be sent more often than it can be seen. */
const PARTIAL_EVERY_MS = 100;

/** Where a stream begins. */
export interface StreamStart {
  readonly after: LogCursor | null;
  readonly tail: number;
  readonly countBlank: boolean;
}

/**
 * One reader's way through a log: takes what is there, then waits for more. Between two events it holds a place in a
 * file and nothing else, so that a reader who takes its time costs nothing.
 */
export class LogStream {
  readonly #follower: Follower;
  readonly #start: StreamStart;
  readonly #render: LogRender;
  readonly #signal: AbortSignal;
  /** Retained; undefined while there is none to read. */
  #file: LogFile | undefined;
  #position: LogPosition = FILE_START;
  /** Whether the file turned out not to hold what was read of it, and is not the current one. */
  #isBroken = false;
  /** Whether no event has told a cursor since the last jump. */
  #owesCursor = true;
  #toldAbsence = false;
  #toldEnd = false;
  #partial: string | null = null;
  #partialAt = Number.NEGATIVE_INFINITY;
  #wakeInMs: number | undefined;

  constructor(follower: Follower, start: StreamStart, render: LogRender, signal: AbortSignal) {
    this.#follower = follower;
    this.#start = start;
    this.#render = render;
    this.#signal = signal;
  }

  /** Ends when aborted. Throws DataUnreadable. */
  async *events(): AsyncGenerator<LogEvent, void, undefined> {
    try {
      await this.#follower.look();
      while (!this.#signal.aborted) {
        const { version } = this.#follower;
        const event = await this.#next();
        if (event === undefined) await this.#follower.changed(version, this.#signal, this.#wakeInMs);
        else yield event;
      }
    } finally {
      await this.#file?.release();
    }
  }

  /** What there is to tell now; undefined if nothing. */
  async #next(): Promise<LogEvent | undefined> {
    this.#wakeInMs = undefined;
    while (!this.#signal.aborted) {
      try {
        return (await this.#enter()) ?? (await this.#advance()) ?? (await this.#showPartial()) ?? this.#end();
      } catch (error) {
        if (!(error instanceof FileChanged)) throw error;
        const file = this.#file ?? this.#follower.current;
        if (file === this.#follower.current && file !== undefined) await this.#follower.distrust(file);
        else this.#isBroken = true;
      }
    }
    return undefined;
  }

  /** Finds the place to begin at, where there is none yet. */
  async #enter(): Promise<LogEvent | undefined> {
    if (this.#file !== undefined) return undefined;
    const { after } = this.#start;
    const { current } = this.#follower;
    if (after !== null && after.inode !== '') return this.#resume(after, current);
    if (current === undefined) return this.#tellAbsence();
    if (after !== null || this.#toldAbsence) {
      this.#moveTo(current, FILE_START);
      return this.#toldAbsence ? { type: 'present' } : undefined;
    }
    const offset = await findTail(current, this.#start.tail, this.#start.countBlank, current.finished);
    this.#moveTo(current, { offset, print: await current.printAt(offset), lines: offset === 0 ? 0 : null });
    return offset > 0 ? { type: 'omission' } : undefined;
  }

  async #resume(after: LogCursor, current: LogFile | undefined): Promise<LogEvent | undefined> {
    if (after.inode === current?.inode) {
      if (await current.holds(after)) return this.#moveTo(current, after);
      return this.#reset(current, 'truncated');
    }
    const rotated = await openChain(await rotatedFrom(this.#follower.path, after.inode), current);
    if (rotated !== undefined) {
      const isHeld = await rotated.holds(after);
      const event = isHeld ? this.#moveTo(rotated, after) : this.#reset(rotated, 'truncated');
      await rotated.release();
      return event;
    }
    return current === undefined ? this.#tellAbsence() : this.#reset(current, 'replaced');
  }

  #tellAbsence(): LogEvent | undefined {
    if (this.#toldAbsence) return undefined;
    this.#toldAbsence = true;
    return { type: 'absent' };
  }

  #moveTo(file: LogFile, position: LogPosition): undefined {
    this.#file = file.retain();
    this.#position = position;
    this.#owesCursor = true;
    this.#partial = null;
    this.#isBroken = false;
  }

  #reset(file: LogFile, reason: ResetReason): LogEvent {
    this.#moveTo(file, FILE_START);
    return { type: 'reset', reason };
  }

  /** Goes on by a batch, or to the file that comes next. */
  async #advance(): Promise<LogEvent | undefined> {
    const file = this.#file;
    if (file === undefined) return this.#owesCursor ? this.#batch([]) : undefined;
    const next = this.#successor(file);
    if (next !== undefined && (next.reason !== 'rotated' || this.#position.offset >= file.finished)) {
      const event = this.#reset(next.file, next.reason);
      await file.release();
      return event;
    }
    if (this.#position.offset < file.finished && !this.#isBroken) return this.#read(file);
    return this.#owesCursor ? this.#batch([]) : undefined;
  }

  #successor(file: LogFile): Successor | undefined {
    const { current } = this.#follower;
    const next =
      file.next ?? (current === undefined || current === file ? undefined : { file: current, reason: 'rotated' });
    return next !== undefined && this.#isBroken ? { file: next.file, reason: 'truncated' } : next;
  }

  async #read(file: LogFile): Promise<LogEvent> {
    const { offset, print } = this.#position;
    const { before, lines, ends, printAt } = await readBatch(file, offset, this.#render);
    if (before !== print) throw new FileChanged();
    const linesBefore = await this.#countLinesBefore(file);
    const end = ends.at(-1) ?? offset;
    this.#position = {
      offset: end,
      print: printAt(end),
      lines: linesBefore === null ? null : linesBefore + lines.length,
    };
    this.#partial = await this.#unfinished(file);
    this.#partialAt = performance.now();
    return this.#batch(lines, linesBefore);
  }

  async #countLinesBefore(file: LogFile): Promise<number | null> {
    const { offset, lines } = this.#position;
    if (lines !== null) return lines;
    const counted = await file.linesBefore(offset);
    // What goes wrong with the file is found when its lines are read.
    if (counted === null) void file.countLines().catch(() => undefined);
    return counted;
  }

  #batch(lines: readonly string[], linesBefore: number | null = this.#position.lines): LogBatch {
    this.#owesCursor = false;
    const firstLine = linesBefore === null ? null : linesBefore + 1;
    return { type: 'batch', lines, firstLine, cursor: this.#cursor(), partial: this.#partial };
  }

  #cursor(): string {
    if (this.#file !== undefined) return encodeCursor({ inode: this.#file.inode, ...this.#position });
    return encodeCursor(this.#start.after ?? NO_FILE);
  }

  /** Tells what the unfinished line looks like, where that was asked for and it looks otherwise than last told. */
  async #showPartial(): Promise<LogEvent | undefined> {
    const file = this.#file;
    if (file === undefined) return undefined;
    const partial = await this.#unfinished(file);
    if (partial === this.#partial) return undefined;
    const waitMs = this.#partialAt + PARTIAL_EVERY_MS - performance.now();
    if (waitMs > 0) {
      this.#wakeInMs = waitMs;
      return undefined;
    }
    this.#partial = partial;
    this.#partialAt = performance.now();
    return this.#batch([]);
  }

  async #unfinished(file: LogFile): Promise<string | null> {
    if (this.#render.carriageReturns === 'raw' || this.#position.offset < file.finished) return null;
    return showUnfinished(file, this.#render.ansi);
  }

  #end(): LogEvent | undefined {
    const isOver = this.#follower.isOver && this.#file === this.#follower.current;
    if (isOver === this.#toldEnd) return undefined;
    this.#toldEnd = isOver;
    return isOver ? { type: 'end', cursor: this.#cursor() } : undefined;
  }
}

/** Opens the files that a log was rotated to, oldest first, each followed by the next, the last by the current one. */
async function openChain(paths: readonly string[], current: LogFile | undefined): Promise<LogFile | undefined> {
  let next = current;
  for (const path of paths.toReversed()) {
    const file = await LogFile.open(path);
    if (file === undefined) continue;
    file.finish();
    if (next !== undefined) {
      file.succeed(next, 'rotated');
      if (next !== current) await next.release();
    }
    next = file;
  }
  return next === current ? undefined : next;
}
