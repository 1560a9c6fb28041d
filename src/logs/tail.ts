import type { LogFile } from './log-file.ts';

const LF = 0x0a;
const BLOCK = 64 * 1024;

/**
 * Where the last `count` lines before `end`, the end of a line, begin: 0 where there are no more than those.
 *
 * @param countBlank whether lines of ASCII white space only count
 */
export async function findTail(file: LogFile, count: number, countBlank: boolean, end: number): Promise<number> {
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
