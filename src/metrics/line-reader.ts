import { readSync } from 'node:fs';

const BLOCK = 1 << 20;
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
  /** The line in [from, to) of `bytes`, valid during the call, without its LF and a byte order mark. */
  line(bytes: Buffer, from: number, to: number, number: number): void;
  oversizedLine(number: number): void;
  /** What follows the last LF, if anything does: a line that may still be growing. */
  unfinishedLine(bytes: Buffer, from: number, to: number): void;
}

/**
 * Reads the lines of a file from `position` up to byte `end`, or to the end of the file if that has come earlier.
 *
 * @returns the position to go on from: behind the last finished line, or within an oversized one; and the byte behind
 *   the last one that was there
 */
export function readLines(
  fd: number,
  position: LinePosition,
  end: number,
  visitor: LineVisitor,
): { position: LinePosition; end: number } {
  let { lines, oversized } = position;
  let buffer = Buffer.allocUnsafe(Math.min(BLOCK, Math.max(end - position.offset, 1)));
  /** The file offset of the buffer's first byte, and how many bytes of it are filled. */
  let base = position.offset;
  let filled = 0;
  for (;;) {
    const wanted = Math.min(buffer.length - filled, end - base - filled);
    const got = wanted > 0 ? readSync(fd, buffer, filled, wanted, base + filled) : 0;
    if (got === 0) break;
    let start = 0;
    let scanned = filled;
    filled += got;
    for (;;) {
      const lf = buffer.indexOf(LF, scanned);
      // What lies behind the filled part is left from before.
      if (lf < 0 || lf >= filled) break;
      lines++;
      const from = skipMark(buffer, start, lf, base);
      if (oversized || lf - from > LONGEST_LINE) visitor.oversizedLine(lines);
      else visitor.line(buffer, from, lf, lines);
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
    if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
  }
  if (filled > 0) visitor.unfinishedLine(buffer, skipMark(buffer, 0, filled, base), filled);
  return { position: { offset: base, lines, oversized }, end: base + filled };
}

function skipMark(buffer: Buffer, start: number, end: number, base: number): number {
  const marked = base + start === 0 && buffer.subarray(start, Math.min(start + 3, end)).equals(BYTE_ORDER_MARK);
  return marked ? start + BYTE_ORDER_MARK.length : start;
}
