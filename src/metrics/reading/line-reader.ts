import { readSync } from 'node:fs';

const BLOCK = 1 << 18;
const SEARCH_BLOCK = 1 << 16;
/** So many bytes behind the filled part of the buffer are zero: what reads four at a time reads nothing stale. */
const PADDING = 8;
const LF = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A longer line is not kept in memory, nor read. */
export const LONGEST_LINE = 16 * 1024 * 1024;

/** Where reading stands between two lines; or, if `oversized`, inside a line that is too long to be read. */
export interface LinePosition {
  readonly offset: number;
  /** Finished lines before it. */
  readonly lines: number;
  readonly oversized: boolean;
}

export const FILE_START: LinePosition = { offset: 0, lines: 0, oversized: false };

export interface LineVisitor {
  /**
   * Reads the line that begins at `from` without being told where it ends, if it can; it has got `filled` and no more.
   *
   * @returns the index behind its LF; -1 if it cannot
   */
  plainLine(bytes: Buffer, from: number, filled: number, number: number): number;
  /** The line in [from, to) of `bytes`, valid during the call, without its LF and a byte order mark. */
  line(bytes: Buffer, from: number, to: number, number: number): void;
  oversizedLine(number: number): void;
  /** What follows the last LF, if anything does: a line that may still be growing. */
  unfinishedLine(bytes: Buffer, from: number, to: number): void;
}

/**
 * Where the first line begins in bytes [from, to) of a file: at byte 0 or behind an LF.
 *
 * @returns null if none begins there
 */
export function firstLineStart(fd: number, from: number, to: number): number | null {
  if (from === 0 && to > 0) return 0;
  const buffer = Buffer.allocUnsafe(SEARCH_BLOCK);
  // The LF before the line may be the byte before `from`.
  for (let base = from - 1; base < to - 1; ) {
    const got = readSync(fd, buffer, 0, Math.min(buffer.length, to - 1 - base), base);
    if (got === 0) break;
    const lf = buffer.subarray(0, got).indexOf(LF);
    if (lf >= 0) return base + lf + 1;
    base += got;
  }
  return null;
}

/** Reads the lines of an open file from `position` on, up to byte `end` or to where the file has come to end by then. */
export class LineReader {
  readonly #fd: number;
  readonly #end: number;
  #buffer: Buffer;
  /** The file offset of the buffer's first byte, and how many bytes of it are filled. */
  #base: number;
  #filled = 0;
  #lines: number;
  #oversized: boolean;

  constructor(fd: number, position: LinePosition, end: number) {
    this.#fd = fd;
    this.#end = end;
    this.#base = position.offset;
    this.#lines = position.lines;
    this.#oversized = position.oversized;
    this.#buffer = Buffer.alloc(Math.min(BLOCK, Math.max(end - position.offset, 1)) + PADDING);
  }

  /**
   * Reads the lines that begin before byte `before` of the file.
   *
   * @returns the position to go on from: behind the last finished line, or within an oversized one; and the byte behind
   *   the last one that was read
   */
  read(before: number, visitor: LineVisitor): { position: LinePosition; end: number } {
    while (this.#fill()) {
      let start = 0;
      for (let next = 0; next >= 0; next = this.#readLine(start, visitor)) {
        start = next;
        if (this.#base + start >= before && !this.#oversized) {
          this.#drop(start);
          return { position: this.#position(), end: this.#base };
        }
      }
      this.#oversized ||= this.#filled - start > LONGEST_LINE;
      this.#drop(this.#oversized ? this.#filled : start);
    }
    if (this.#filled > 0) visitor.unfinishedLine(this.#buffer, this.#skipMark(0, this.#filled), this.#filled);
    return { position: this.#position(), end: this.#base + this.#filled };
  }

  #position(): LinePosition {
    return { offset: this.#base, lines: this.#lines, oversized: this.#oversized };
  }

  /** Reads on behind what is there. @returns false at the end */
  #fill(): boolean {
    const room = this.#buffer.length - PADDING;
    if (this.#filled === room) {
      this.#buffer = Buffer.concat([this.#buffer], Math.min(2 * room, LONGEST_LINE + 1) + PADDING);
    }
    const at = this.#base + this.#filled;
    const wanted = Math.min(this.#buffer.length - PADDING - this.#filled, this.#end - at);
    const got = wanted > 0 ? readSync(this.#fd, this.#buffer, this.#filled, wanted, at) : 0;
    this.#filled += got;
    this.#buffer.fill(0, this.#filled, this.#filled + PADDING);
    return got > 0;
  }

  /** Forgets the bytes before index `start`. */
  #drop(start: number): void {
    this.#buffer.copyWithin(0, start, this.#filled);
    this.#base += start;
    this.#filled -= start;
  }

  /** @returns the index behind the line that begins at `start`; -1 if its end has not been read yet */
  #readLine(start: number, visitor: LineVisitor): number {
    const number = this.#lines + 1;
    let end = this.#oversized ? -1 : visitor.plainLine(this.#buffer, start, this.#filled, number);
    if (end < 0) {
      const lf = this.#buffer.indexOf(LF, start);
      // What lies behind the filled part is left from before.
      if (lf < 0 || lf >= this.#filled) return -1;
      if (this.#oversized) visitor.oversizedLine(number);
      else visitor.line(this.#buffer, this.#skipMark(start, lf), lf, number);
      this.#oversized = false;
      end = lf + 1;
    }
    this.#lines = number;
    return end;
  }

  #skipMark(start: number, end: number): number {
    const first = this.#buffer.subarray(start, Math.min(start + BYTE_ORDER_MARK.length, end));
    const isMarked = this.#base + start === 0 && first.equals(BYTE_ORDER_MARK);
    return isMarked ? start + BYTE_ORDER_MARK.length : start;
  }
}
