import { readBatch } from './batch.ts';
import { encodeCursor, FILE_START, type LogCursor, type LogPosition, NO_FILE } from './cursor.ts';
import type { Follower } from './follower.ts';
import type { LogBatch, LogEvent, ResetReason } from './log-event.ts';
import { FileChanged, type LogFile, type Successor } from './log-file.ts';
import type { LogRender } from './render.ts';
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
  /** Whether no event has told a cursor yet. */
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
        (this.#file ?? this.#follower.current)?.declareVoid();
        await this.#follower.look();
      }
    }
    return undefined;
  }

  /** Finds the place to begin at, where there is none yet. */
  async #enter(): Promise<LogEvent | undefined> {
    if (this.#file !== undefined) return undefined;
    // What it reads of the file must not be closed when another one comes.
    const current = this.#follower.present?.retain();
    try {
      return await this.#enterAt(current);
    } finally {
      await current?.release();
    }
  }

  async #enterAt(current: LogFile | undefined): Promise<LogEvent | undefined> {
    const { after, tail: count, countBlank } = this.#start;
    if (after !== null && after.inode !== '') return this.#resume(after, current);
    if (current === undefined) return this.#tellAbsence();
    if (after !== null || this.#toldAbsence) {
      this.#moveTo(current, FILE_START);
      return this.#toldAbsence ? { type: 'present' } : undefined;
    }
    const offset = await findTail(current, current.finished, { count, countBlank });
    this.#moveTo(current, { offset, print: await current.printAt(offset), lines: offset === 0 ? 0 : null });
    return offset > 0 ? { type: 'omission' } : undefined;
  }

  async #resume(after: LogCursor, current: LogFile | undefined): Promise<LogEvent | undefined> {
    if (after.inode === current?.inode) {
      if (await current.holds(after)) return this.#moveTo(current, after);
      return this.#reset(current, 'truncated');
    }
    // Until the next file is there, the last one may still be written to.
    if (current === undefined && !this.#follower.isOver) return this.#tellAbsence();
    const rotated = await chain(await this.#follower.openRotated(after.inode, current?.inode), current);
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
    this.#partial = null;
  }

  #reset(file: LogFile, reason: ResetReason): LogEvent {
    this.#moveTo(file, FILE_START);
    this.#owesCursor = false;
    return { type: 'reset', reason, cursor: this.#cursor() };
  }

  /** Goes on by a batch, or to the file that comes next. */
  async #advance(): Promise<LogEvent | undefined> {
    const file = this.#file;
    if (file === undefined) return this.#owesCursor ? this.#batch([], (this.#start.after ?? NO_FILE).lines) : undefined;
    const next = await this.#successor(file);
    try {
      if (next !== undefined && (next.reason !== 'rotated' || this.#position.offset >= file.finished)) {
        const event = this.#reset(next.file, next.reason);
        await file.release();
        return event;
      }
    } finally {
      await next?.file.release();
    }
    if (this.#position.offset < file.finished && !file.isVoid) return this.#read(file);
    return this.#owesCursor ? this.#batch([]) : undefined;
  }

  /** What comes after the file, retained. */
  async #successor(file: LogFile): Promise<Successor | undefined> {
    const next = file.next ?? (await this.#successorOfLost(file));
    next?.file.retain();
    return next !== undefined && file.isVoid ? { file: next.file, reason: 'truncated' } : next;
  }

  /** What comes after a file that was read without there being a current one. */
  async #successorOfLost(file: LogFile): Promise<Successor | undefined> {
    const current = this.#follower.current === file ? undefined : this.#follower.current?.retain();
    if (current === undefined) return undefined;
    try {
      const [same, ...between] = await this.#follower.openRotated(file.inode, current.inode);
      await same?.release();
      const next = await chain(between, current);
      file.succeed(next ?? current, same === undefined ? 'replaced' : 'rotated');
      await next?.release();
    } finally {
      await current.release();
    }
    return file.next;
  }

  async #read(file: LogFile): Promise<LogEvent> {
    const { offset, print } = this.#position;
    const { printBefore, lines, ends, printAt } = await readBatch(file, offset, this.#render);
    if (printBefore !== print) throw new FileChanged();
    const linesBefore = await this.#countLinesBefore(file);
    const end = ends.at(-1) ?? offset;
    this.#position = {
      offset: end,
      print: printAt(end),
      // What is completed after it was taken for a line has the same number.
      lines: linesBefore === null ? null : linesBefore + lines.length - (file.isHalfLineEnd(end) ? 1 : 0),
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
    if (this.#render.carriageReturns === 'raw') return undefined;
    const waitMs = this.#partialAt + PARTIAL_EVERY_MS - performance.now();
    if (waitMs > 0) {
      this.#wakeInMs = waitMs;
      return undefined;
    }
    const partial = await this.#unfinished(file);
    if (partial === this.#partial) return undefined;
    this.#partial = partial;
    this.#partialAt = performance.now();
    return this.#batch([]);
  }

  async #unfinished(file: LogFile): Promise<string | null> {
    const isAtEnd = this.#position.offset >= file.finished;
    if (this.#render.carriageReturns === 'raw' || !isAtEnd || file.isVoid) return null;
    return showUnfinished(file, this.#render.ansi);
  }

  #end(): LogEvent | undefined {
    const { current, present } = this.#follower;
    const isLast =
      this.#file === undefined ? present === undefined : this.#file === current || this.#isLost(this.#file);
    const isOver = this.#follower.isOver && isLast;
    if (isOver === this.#toldEnd) return undefined;
    this.#toldEnd = isOver;
    return isOver ? { type: 'end', cursor: this.#cursor() } : undefined;
  }

  /** Whether there is neither a log any more nor anything that came after this file of it. */
  #isLost(file: LogFile): boolean {
    return this.#follower.current === undefined && file.next === undefined;
  }
}

/** The oldest of the files that a log was rotated to, each followed by the next, the last by the current one. */
async function chain(files: readonly LogFile[], current: LogFile | undefined): Promise<LogFile | undefined> {
  let next = current;
  for (const file of files.toReversed()) {
    file.releaseHalfLine();
    if (next !== undefined) {
      file.succeed(next, 'rotated');
      if (next !== current) await next.release();
    }
    next = file;
  }
  return next === current ? undefined : next;
}
