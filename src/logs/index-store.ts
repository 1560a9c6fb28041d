import { LRUCache } from 'lru-cache';
import type { LogCursor } from './cursor.ts';
import type { LineIndex } from './line-index.ts';
import type { LogFile } from './log-file.ts';

const MOST_LOGS = 100;

/** Keeps the line numbers of logs that nobody reads at the moment. */
export class IndexStore {
  readonly #kept = new LRUCache<string, { readonly cursor: LogCursor; readonly index: LineIndex }>({ max: MOST_LOGS });

  /** Gives the file the line numbers that were counted of it, if it still holds what they were counted of. */
  async restore(file: LogFile): Promise<void> {
    const kept = this.#kept.get(file.path);
    if (kept !== undefined && (await file.holds(kept.cursor))) file.index = kept.index;
  }

  async keep(file: LogFile): Promise<void> {
    const { offset, lines } = file.index.end;
    const print = await file.printAt(offset);
    this.#kept.set(file.path, { cursor: { inode: file.inode, offset, print, lines }, index: file.index });
  }
}
