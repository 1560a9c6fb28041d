import type { LogFile } from './log-file.ts';

const LF = 0x0a;
const BLOCK = 64 * 1024;

export interface TailOptions {
  /** How many lines there are to be at most. */
  readonly count: number;
  /** Whether lines of ASCII white space only count among them. */
  readonly countBlank?: boolean;
  /** So many bytes are enough, however many lines they are: the last one is the one with which there are as many. */
  readonly enoughBytes?: number;
}

/** Where the last lines before `end`, the end of a line, begin: 0 where there are no more than are asked for. */
export async function findTail(file: LogFile, end: number, options: TailOptions): Promise<number> {
  const { count, countBlank = true, enoughBytes = Infinity } = options;
  if (count === 0) return end;
  // Each line has a byte at least.
  if (count >= end) return 0;
  let counted = 0;
  let start = end;
  let isBlank = true;
  for (let to = end; to > 0; to = Math.max(0, to - BLOCK)) {
    const from = Math.max(0, to - BLOCK);
    const bytes = await file.read(from, to);
    for (let i = bytes.length - 1; i >= 0; i--) {
      const byte = bytes[i];
      if (byte !== LF) {
        isBlank &&= isSpace(byte);
      } else if (from + i + 1 < end) {
        if (countBlank || !isBlank) {
          if (counted === count) return start;
          counted++;
          start = from + i + 1;
          if (end - start >= enoughBytes) return start;
        }
        isBlank = true;
      }
    }
  }
  const hasOneMore = counted === count && (countBlank || !isBlank);
  return hasOneMore ? start : 0;
}

/** Blank, tab, vertical tab, form feed, CR. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c || byte === 0x0d;
}
