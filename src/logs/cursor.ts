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

export function encodeCursor({ inode, offset, print, lines }: LogCursor): string {
  return Buffer.from(JSON.stringify([inode, offset, print, lines])).toString('base64url');
}

/** @param name of the argument that holds it, for the BadUserInput that is thrown where it is not a cursor */
export function decodeCursor(name: string, text: string): LogCursor {
  const fields = parse(text);
  if (Array.isArray(fields) && fields.length === 4) {
    const [inode, offset, print, lines]: readonly unknown[] = fields;
    if (
      typeof inode === 'string' &&
      isCount(offset) &&
      typeof print === 'string' &&
      // Each line has a byte at least, and without a file there is none.
      (lines === null || (isCount(lines) && lines <= offset)) &&
      (inode !== '' || offset === 0)
    ) {
      return { inode, offset, print, lines };
    }
  }
  throw new BadUserInput(`${name}: '${text.slice(0, 100)}' is not a cursor of a log`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
