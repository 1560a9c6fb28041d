import { createHash } from 'node:crypto';
import { BadUserInput } from '../errors.ts';

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

/** So many bytes of the start of a file, and before a position, go into its fingerprint. */
export const HEAD = 1024;
export const TAIL = 4096;

/** @param head the file's first bytes, at least HEAD of them or all @param before the bytes before `offset`, likewise TAIL */
export function fingerprint(offset: number, head: Buffer, before: Buffer): string {
  const hash = createHash('sha256');
  hash.update(head.subarray(0, Math.min(HEAD, offset)));
  hash.update(before.subarray(Math.max(0, before.length - TAIL)));
  return hash.digest('base64url').slice(0, 16);
}

export const FILE_START: LogPosition = { offset: 0, print: fingerprint(0, Buffer.alloc(0), Buffer.alloc(0)), lines: 0 };

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
