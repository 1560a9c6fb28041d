import { closeSync } from 'node:fs';
import { openFileSync, type StorageBounds } from '../../storage/files.ts';
import { tooManyColumns } from '../table/chunk-builder.ts';
import { changeSince, type FileMark, lookBetweenWrites, markFile } from './file-mark.ts';
import { FILE_START, type LinePosition } from './line-reader.ts';
import { type FailedRead, failedRead } from './opening.ts';
import { markedPrint } from './position-print.ts';
import { type EventsRead, readEvents } from './read-events.ts';

/** More than this is read in pieces, by several threads at once. */
export const PIECE_BYTES = 8 * 1024 * 1024;

/** How far a file was read, and what it looked like then. */
export interface ReadState {
  readonly mark: FileMark;
  readonly position: LinePosition;
  /** The fingerprint of what lies before the position; empty where the file was changing then. */
  readonly print: string;
}

export interface ReadTask {
  readonly file: string;
  readonly bounds: StorageBounds;
  /** Null reads the whole file. */
  readonly since: ReadState | null;
}

/**
 * `appended`: what follows `since`. `whole`: the file from its start, since it is not what it was. `large`: there is too
 * much of either to be read at once. `tooWide`: it has more columns than a run may have.
 */
export type ReadOutcome =
  | { readonly outcome: 'unchanged'; readonly state: ReadState }
  | { readonly outcome: 'appended' | 'whole'; readonly state: ReadState; readonly read: EventsRead }
  | LargeOutcome
  | { readonly outcome: 'tooWide' }
  | FailedRead;

/** What is to be read lies between `start` and the end of what the mark stands for. */
export interface LargeOutcome {
  readonly outcome: 'large';
  readonly as: 'appended' | 'whole';
  readonly mark: FileMark;
  readonly start: LinePosition;
}

/** Reads what is new in an events file, if that is little. */
export function readNewEvents({ file, bounds, since }: ReadTask): ReadOutcome {
  try {
    const fd = openFileSync(file, bounds);
    try {
      return readOpenFile(fd, since);
    } finally {
      // In the thread that opened it: a thread that ends closes what it opened and has not closed, by number.
      closeSync(fd);
    }
  } catch (error) {
    return error === tooManyColumns ? { outcome: 'tooWide' } : failedRead(error);
  }
}

function readOpenFile(fd: number, since: ReadState | null): ReadOutcome {
  const seen = lookBetweenWrites(fd, since?.mark ?? null);
  const { stats } = seen;
  const change = since === null ? 'replaced' : changeSince(fd, stats, since.mark);
  if (since !== null && change === 'unchanged') {
    return { outcome: 'unchanged', state: { ...since, mark: markFile(fd, seen, since.mark.size) } };
  }
  const hasGrown = since !== null && change === 'grown';
  const as = hasGrown ? 'appended' : 'whole';
  const start = hasGrown ? since.position : FILE_START;
  const end = Number(stats.size);
  // Made before the file is read: one that is rewritten meanwhile must be found to be another one.
  const mark = markFile(fd, seen, end);
  if (end - start.offset > PIECE_BYTES && !start.oversized) return { outcome: 'large', as, mark, start };
  const read = readEvents(fd, start, end);
  const print = markedPrint(fd, mark, read.position.offset) ?? '';
  return { outcome: as, state: { mark, position: read.position, print }, read };
}
