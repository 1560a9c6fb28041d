import { z } from 'zod';
import { cursorContent, cursorText } from '../cursor-text.ts';
import { BadUserInput } from '../errors.ts';
import { NOTHING_BEFORE } from '../following/fingerprint.ts';

/** A place between two lines of one file, which can be told later from the same place in another. */
export interface LogCursor extends LogPosition {
  /** The file's inode number; empty where there was no file yet. */
  readonly inode: string;
}

export interface LogPosition {
  /** In bytes. */
  readonly offset: number;
  /** A fingerprint of what lies before. */
  readonly print: string;
  /** How many lines lie before; null while that is unknown. */
  readonly lines: number | null;
}

export const FILE_START: LogPosition = { offset: 0, print: NOTHING_BEFORE, lines: 0 };

/** Before the first byte of a file that is yet to come. */
export const NO_FILE: LogCursor = { inode: '', ...FILE_START };

const count = z.int().min(0);

const content = z.tuple([z.string(), count, z.string(), count.nullable()]);

export function encodeCursor({ inode, offset, print, lines }: LogCursor): string {
  return cursorText([inode, offset, print, lines]);
}

/** @param name of the argument that holds it, for the BadUserInput that is thrown where it is not a cursor */
export function decodeCursor(name: string, text: string): LogCursor {
  const held = cursorContent(text, content);
  if (held !== undefined) {
    const [inode, offset, print, lines] = held;
    // Each line has a byte at least, and without a file there is none.
    if ((lines === null || lines <= offset) && (inode !== '' || offset === 0)) return { inode, offset, print, lines };
  }
  throw new BadUserInput(`${name}: '${text.slice(0, 100)}' is not a cursor of a log`);
}
