import { closeSync, fstatSync } from 'node:fs';
import { fingerprint, HEAD, TAIL } from '../../following/fingerprint.ts';
import { openFileSync, type StorageBounds } from '../../storage/files.ts';
import { type FileMark, isStillMarked, readAt } from './file-mark.ts';
import { failedRead } from './opening.ts';

/** A position in one file, which can be told later from the same position in another. */
export interface PrintedPosition {
  readonly inode: string;
  /** In bytes. */
  readonly offset: number;
  /** The fingerprint of what lies before; empty, which equals none, where the file was changing under the reader. */
  readonly print: string;
}

/** @returns the fingerprint of what lies before `offset` in an open file; null if that is not the marked one any more */
export function markedPrint(fd: number, mark: FileMark, offset: number): string | null {
  const print = printAt(fd, offset);
  return isStillMarked(fd, mark) ? print : null;
}

/** Whether what lies before the position is still there as it was. */
export function holdsPosition(path: string, bounds: StorageBounds, { inode, offset, print }: PrintedPosition): boolean {
  try {
    const fd = openFileSync(path, bounds);
    try {
      return String(fstatSync(fd, { bigint: true }).ino) === inode && printAt(fd, offset) === print;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Who reads on is told what is wrong with the file.
    failedRead(error);
    return false;
  }
}

function printAt(fd: number, offset: number): string {
  const start = Math.max(0, offset - TAIL);
  return fingerprint(offset, readAt(fd, 0, Math.min(HEAD, offset)), readAt(fd, start, offset - start));
}
