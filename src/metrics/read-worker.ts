import { closeSync, constants, openSync } from 'node:fs';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { changeSince, type FileMark, lookBetweenWrites, markFile } from './file-mark.ts';
import { FILE_START, type LinePosition } from './line-reader.ts';
import { type EventsRead, readEvents } from './read-events.ts';

/** How far a file was read, and what it looked like then. */
export interface ReadState {
  readonly mark: FileMark;
  readonly position: LinePosition;
}

export interface ReadTask {
  readonly file: string;
  /** Null reads the whole file. */
  readonly since: ReadState | null;
}

/** `appended`: what follows `since`. `whole`: the file from its start, since it is not what it was. */
export type ReadOutcome =
  | { readonly outcome: 'unchanged'; readonly state: ReadState }
  | { readonly outcome: 'appended' | 'whole'; readonly state: ReadState; readonly read: EventsRead }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'unreadable'; readonly why: string };

/** The work of a reader thread: reads what is new in an events file. @returns a `ReadOutcome`, to the thread that asked */
export default function runReadTask({ file, since }: ReadTask): unknown {
  const outcome = readEventsFile(file, since);
  const chunks = 'read' in outcome ? [...outcome.read.chunks, outcome.read.provisional] : [];
  const buffers = chunks.filter((chunk) => chunk !== null).map(({ buffer }) => buffer);
  return move({ [transferableSymbol]: buffers, [valueSymbol]: outcome });
}

function readEventsFile(file: string, since: ReadState | null): ReadOutcome {
  try {
    // A FIFO without a writer would block the thread for ever.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpenFile(fd, since);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { outcome: 'missing' };
    return { outcome: 'unreadable', why: String(error.code) };
  }
}

function readOpenFile(fd: number, since: ReadState | null): ReadOutcome {
  const seen = lookBetweenWrites(fd, since?.mark ?? null);
  const { stats } = seen;
  if (!stats.isFile()) return { outcome: 'unreadable', why: 'not a regular file' };
  const change = since === null ? 'replaced' : changeSince(fd, stats, since.mark);
  if (since !== null && change === 'unchanged') {
    return { outcome: 'unchanged', state: { ...since, mark: markFile(fd, seen, since.mark.size) } };
  }
  const start = since !== null && change === 'grown' ? since.position : FILE_START;
  const read = readEvents(fd, start, Number(stats.size));
  const state = { mark: markFile(fd, seen, read.end), position: read.position };
  return { outcome: change === 'grown' ? 'appended' : 'whole', state, read };
}
