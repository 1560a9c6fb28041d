import { type BigIntStats, stat } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataUnreadable } from '../errors.ts';
import { fingerprint, HEAD, TAIL } from '../following/fingerprint.ts';
import { closeBehind, openFile, type StorageBounds } from '../storage/files.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isAbsence, isPathError } from '../system-error.ts';
import type { LogCursor } from './cursor.ts';
import { countLineEnds, LineIndex } from './line-index.ts';
import type { ResetReason } from './log-event.ts';

const LF = 0x0a;
const BLOCK = 64 * 1024;
/** What is read at a time to number lines. */
const INDEX_BLOCK = 256 * 1024;
/** So many bytes are counted while somebody waits. */
const FEW_BYTES = 1024 * 1024;
/** So long after a change another one can carry the same mtime. */
const YOUNG_MS = 50;

/** The file does not hold any more what it held. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

export interface Successor {
  readonly file: LogFile;
  readonly reason: ResetReason;
}

/** What `stat` tells of a path; undefined where nothing is there. Throws DataUnreadable or StorageTimeout. */
export function statLog(path: string): Promise<BigIntStats | undefined> {
  return storageCalls.run(
    dirname(path),
    () =>
      new Promise((resolve, reject) => {
        stat(path, { bigint: true }, (error, stats) => {
          if (error === null) resolve(stats);
          else if (isAbsence(error)) resolve(undefined);
          else reject(unreadable(path, error));
        });
      }),
  );
}

/**
 * One file of a log, open: what is known of its content so far. It stays readable after it was renamed or removed, for
 * as long as someone retains it.
 */
export class LogFile {
  readonly inode: string;
  readonly path: string;
  readonly #handle: FileHandle;
  #users = 1;
  #next: Successor | undefined;
  #index = new LineIndex();
  #counting: Promise<void> | undefined;
  #size = 0;
  #finished = 0;
  #halfLineEnd = -1;
  #isVoid = false;
  #mtimeNs = -1n;
  #settled = false;
  #head: Buffer = Buffer.alloc(0);
  /** The bytes at the end of what is known, and where they begin. */
  #recent: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };

  private constructor(path: string, inode: string, handle: FileHandle) {
    this.path = path;
    this.inode = inode;
    this.#handle = handle;
  }

  /** Undefined where nothing is at the path. Throws DataUnreadable, also where it may not be opened. */
  static async open(path: string, bounds: StorageBounds): Promise<LogFile | undefined> {
    try {
      const handle = await openFile(path, bounds);
      return (await LogFile.#look(path, handle)) ?? (await LogFile.open(path, bounds));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw unreadable(path, error);
    }
  }

  /** Undefined, and the handle closed, where the file was cut while it was looked at. */
  static async #look(path: string, handle: FileHandle): Promise<LogFile | undefined> {
    try {
      const stats = await storageCalls.run(dirname(path), () => handle.stat({ bigint: true }));
      const file = new LogFile(path, String(stats.ino), handle);
      await file.refresh(stats);
      return file;
    } catch (error) {
      closeBehind(handle);
      if (error instanceof FileChanged) return undefined;
      throw error;
    }
  }

  retain(): this {
    this.#users++;
    return this;
  }

  async release(): Promise<void> {
    this.#users--;
    if (this.#users > 0) return;
    // It ends at once, in whatever way.
    await this.#counting?.catch(() => undefined);
    closeBehind(this.#handle);
    await this.#next?.file.release();
  }

  /** What came after this file; undefined while nothing did. */
  get next(): Successor | undefined {
    return this.#next;
  }

  /** Nothing more is read of this file: another one comes after it, and is retained as long as this one is. */
  succeed(file: LogFile, reason: ResetReason): void {
    this.#next ??= { file: file.retain(), reason };
  }

  /** Whether it turned out not to hold what was read of it, so that nothing more can be. */
  get isVoid(): boolean {
    return this.#isVoid;
  }

  declareVoid(): void {
    this.#isVoid = true;
  }

  /** How many bytes it is known to have. */
  get size(): number {
    return this.#size;
  }

  /** The end of its last finished line. */
  get finished(): number {
    return this.#finished;
  }

  /** When it was last written to, by its own clock, in Unix milliseconds. */
  get modifiedMs(): number {
    return Number(this.#mtimeNs / 1_000_000n);
  }

  get index(): LineIndex {
    return this.#index;
  }

  /** Takes over the line numbers that were counted of the same content before. */
  set index(index: LineIndex) {
    this.#index = index;
  }

  /** Whether it has a name, here or elsewhere: it was not removed, nor overwritten by another file's renaming. */
  async hasName(): Promise<boolean> {
    return (await this.#call(() => this.#handle.stat())).nlink > 0;
  }

  /** Declares what follows the last line end to be a line: nothing more is to be expected. */
  releaseHalfLine(): void {
    if (this.#size > this.#finished) this.#halfLineEnd = this.#size;
    this.#finished = this.#size;
  }

  /** Whether a line that was declared one ends at `offset`. */
  isHalfLineEnd(offset: number): boolean {
    return offset === this.#halfLineEnd;
  }

  /** Takes note of what was appended. Throws FileChanged where anything else happened. @returns whether it grew */
  async refresh(seen?: BigIntStats): Promise<boolean> {
    const askedAt = Date.now();
    const stats = seen ?? (await this.#call(() => this.#handle.stat({ bigint: true })));
    const size = Number(stats.size);
    if (size < this.#size) throw new FileChanged();
    if (size === this.#size && stats.mtimeNs === this.#mtimeNs && this.#settled) return false;
    const known = this.#size;
    const from = Math.max(0, known - TAIL);
    const [bytes, farHead] = await Promise.all([
      this.#readFromDisk(from, Math.min(size, known + BLOCK)),
      from > 0 ? this.#readFromDisk(0, HEAD) : undefined,
    ]);
    const head = farHead ?? Buffer.from(bytes.subarray(0, HEAD));
    const expected = this.#recentBytes(from, known);
    if (!head.subarray(0, this.#head.length).equals(this.#head)) throw new FileChanged();
    if (!bytes.subarray(0, known - from).equals(expected)) throw new FileChanged();
    const recent =
      size <= known + BLOCK
        ? { offset: from, bytes }
        : { offset: size - BLOCK, bytes: await this.#readFromDisk(size - BLOCK, size) };
    const finished = await this.#lastLineEnd(recent, known);
    this.#head = head;
    this.#recent = recent;
    this.#size = size;
    this.#finished = Math.max(finished, this.#finished);
    this.#mtimeNs = stats.mtimeNs;
    this.#settled = askedAt - this.modifiedMs >= YOUNG_MS;
    return size > known;
  }

  /** The end of the last line that ended at or behind `from`; 0 if none did. */
  async #lastLineEnd(recent: { offset: number; bytes: Buffer }, from: number): Promise<number> {
    let { offset, bytes } = recent;
    for (;;) {
      const at = bytes.lastIndexOf(LF);
      if (at >= 0) return offset + at + 1;
      if (offset <= from) return 0;
      const end = offset;
      offset = Math.max(from, end - BLOCK);
      bytes = await this.#readFromDisk(offset, end);
    }
  }

  /** Bytes [from, to), all of them; the last ones from memory. Throws FileChanged where the file does not reach so far. */
  async read(from: number, to: number): Promise<Buffer> {
    const { offset, bytes } = this.#recent;
    return from >= offset && to <= offset + bytes.length ? this.#recentBytes(from, to) : this.#readFromDisk(from, to);
  }

  async #readFromDisk(from: number, to: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(to - from);
    try {
      const { bytesRead } = await this.#call(() => this.#handle.read(bytes, 0, bytes.length, from));
      if (bytesRead < bytes.length) throw new FileChanged();
      return bytes;
    } catch (error) {
      throw unreadable(this.path, error);
    }
  }

  #call<T>(call: () => Promise<T>): Promise<T> {
    return storageCalls.run(dirname(this.path), call);
  }

  #recentBytes(from: number, to: number): Buffer {
    return this.#recent.bytes.subarray(from - this.#recent.offset, to - this.#recent.offset);
  }

  /** Bytes [from, to) with those before them. Throws FileChanged where the start of the file is another one now. */
  async readVerified(from: number, to: number): Promise<{ head: Buffer; before: Buffer; bytes: Buffer }> {
    const start = Math.max(0, from - TAIL);
    const all = await this.read(start, to);
    const head = this.#head;
    const overlap = head.subarray(start, to);
    if (!all.subarray(0, overlap.length).equals(overlap)) throw new FileChanged();
    return { head, before: all.subarray(0, from - start), bytes: all.subarray(from - start) };
  }

  /** The fingerprint of what lies before `offset`. */
  async printAt(offset: number): Promise<string> {
    const { head, before } = await this.readVerified(offset, offset);
    return fingerprint(offset, head, before);
  }

  /** Whether the cursor names a place in this file. */
  async holds(cursor: LogCursor): Promise<boolean> {
    if (cursor.inode !== this.inode || cursor.offset > this.#size) return false;
    try {
      return (await this.printAt(cursor.offset)) === cursor.print;
    } catch (error) {
      if (error instanceof FileChanged) return false;
      throw error;
    }
  }

  /** Counts the lines up to the last finished one, in pieces between which others have their turn. */
  countLines(): Promise<void> {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  /** The same where little is left to count: of most logs all, and of any that was counted before what was appended. */
  async countFewLines(): Promise<void> {
    if (this.#finished - this.#index.end.offset <= FEW_BYTES) await this.countLines();
  }

  async #count(): Promise<void> {
    while (this.#users > 0 && this.#index.end.offset < this.#finished) await this.#countOn();
  }

  async #countOn(): Promise<void> {
    const { offset } = this.#index.end;
    this.#index.see(offset, await this.read(offset, Math.min(offset + INDEX_BLOCK, this.#finished)));
  }

  /** How many lines end at or before `offset`; null while that is not counted. */
  async linesBefore(offset: number): Promise<number | null> {
    if (this.#index.end.offset < offset) return null;
    const known = this.#index.before(offset);
    return known.lines + countLineEnds(await this.read(known.offset, offset));
  }

  /** Where line `number` starts, counted from 1, or the end of the finished lines where it is not there. */
  async lineStart(number: number): Promise<number> {
    while (this.#index.end.lines < number - 1 && this.#index.end.offset < this.#finished) await this.#countOn();
    const known = this.#index.beforeLine(number);
    let left = number - 1 - known.lines;
    for (let from = known.offset; left > 0 && from < this.#finished; from += BLOCK) {
      const bytes = await this.read(from, Math.min(from + BLOCK, this.#finished));
      for (let i = bytes.indexOf(LF); i >= 0; i = bytes.indexOf(LF, i + 1)) {
        left--;
        if (left === 0) return from + i + 1;
      }
    }
    return left > 0 ? this.#finished : known.offset;
  }
}

function unreadable(path: string, error: unknown): unknown {
  return isPathError(error) ? new DataUnreadable(path, error.code, { cause: error }) : error;
}
