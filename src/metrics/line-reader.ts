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
   * @returns the index behind its LF; `from` if it cannot
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

/**
 * Reads the lines of a file from `position` on that begin before byte `to`, up to byte `end`, or to the end of the file
 * if that has come earlier.
 *
 * @returns the position to go on from: behind the last finished line, or within an oversized one; and the byte behind
 *   the last one that was read
 */
export function readLines(
  fd: number,
  position: LinePosition,
  to: number,
  end: number,
  visitor: LineVisitor,
): { position: LinePosition; end: number } {
  let { lines, oversized } = position;
  let buffer = Buffer.alloc(Math.min(BLOCK, Math.max(end - position.offset, 1)) + PADDING);
  /** The file offset of the buffer's first byte, and how many bytes of it are filled. */
  let base = position.offset;
  let filled = 0;
  for (;;) {
    const wanted = Math.min(buffer.length - PADDING - filled, end - base - filled);
    const got = wanted > 0 ? readSync(fd, buffer, filled, wanted, base + filled) : 0;
    if (got === 0) break;
    let start = 0;
    let scanned = filled;
    filled += got;
    buffer.fill(0, filled, filled + PADDING);
    for (;;) {
      if (!oversized && base + start >= to)
        return { position: { offset: base + start, lines, oversized }, end: base + start };
      const next = oversized ? start : visitor.plainLine(buffer, start, filled, lines + 1);
      if (next > start) {
        lines++;
        start = next;
        scanned = next;
        continue;
      }
      const lf = buffer.indexOf(LF, scanned);
      // What lies behind the filled part is left from before.
      if (lf < 0 || lf >= filled) break;
      lines++;
      if (oversized) visitor.oversizedLine(lines);
      else visitor.line(buffer, skipMark(buffer, start, lf, base), lf, lines);
      oversized = false;
      start = lf + 1;
      scanned = start;
    }
    if (oversized || filled - start > LONGEST_LINE) {
      oversized = true;
      start = filled;
    }
    buffer.copyWithin(0, start, filled);
    base += start;
    filled -= start;
    if (filled === buffer.length - PADDING) {
      buffer = Buffer.concat([buffer], Math.min(filled * 2, LONGEST_LINE + 1) + PADDING);
    }
  }
  if (filled > 0) {
    buffer.fill(0, filled, filled + PADDING);
    visitor.unfinishedLine(buffer, skipMark(buffer, 0, filled, base), filled);
  }
  return { position: { offset: base, lines, oversized }, end: base + filled };
}

function skipMark(buffer: Buffer, start: number, end: number, base: number): number {
  const marked = base + start === 0 && buffer.subarray(start, Math.min(start + 3, end)).equals(BYTE_ORDER_MARK);
  return marked ? start + BYTE_ORDER_MARK.length : start;
}
