import { buffer } from 'node:stream/consumers';
import type { StoredLog } from './run-source.ts';

const BLOCK_BYTES = 2 ** 18;
const LINE_FEED = 0x0a;

/** Where the last `count` lines of a log begin, in bytes. An unfinished line is one. Reads backwards, as far as needed. */
export async function tailStart(log: StoredLog, count: number): Promise<number> {
  // The line end at the very end does not begin another line.
  let end = log.size - 1;
  if (count === 0) return log.size;
  let missing = count;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const block = await buffer(log.read(start, end));
    for (let at = block.length - 1; at >= 0; at -= 1) {
      if (block[at] !== LINE_FEED) continue;
      missing -= 1;
      if (missing === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
