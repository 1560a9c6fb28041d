import type { FileHandle } from 'node:fs/promises';
import { StorageTimeout } from '../../errors.ts';
import { closeBehind, openFile } from '../../storage/files.ts';
import { MOST_COLUMNS } from '../table/chunk-builder.ts';
import type { WorkerPool } from '../worker-pool.ts';
import { awaitStorage, awaitStorageAt } from './answering.ts';
import type { LinePosition } from './line-reader.ts';
import { type LargeOutcome, PIECE_BYTES, type ReadOutcome, type ReadTask } from './open-events.ts';
import { failedRead } from './opening.ts';
import { type EventsRead, joinReads, type Piece, type PieceRead } from './read-events.ts';
import type { ReadingBudget } from './reading-budget.ts';

/** How often a file that changes while it is read, other than by growing, is read anew. */
const MOST_ATTEMPTS = 3;

/** Why a run is not served: what is in its file takes more memory than there is room for, or has more columns than may be. */
export type Excess = 'tooLarge' | 'tooWide';

/** What reading a file has come to. */
export type FileRead = Exclude<ReadOutcome, LargeOutcome> | { readonly outcome: Excess };

interface OpenFile {
  readonly path: string;
  readonly file: FileHandle;
}

/** The memory for what is read: as soon as it takes more, reading ends. */
export interface Room {
  /** How many bytes there are for what was appended to a file that is held, and for a whole file instead of it. */
  readonly appended: number;
  readonly whole: number;
  /** Shared with other files that are read. */
  readonly budget: ReadingBudget;
}

/** Reads what is new in an events file: at once where that is little, else in pieces, by all threads. Throws StorageTimeout. */
export async function readEventsFile(pool: WorkerPool, task: ReadTask, room: Room): Promise<FileRead> {
  let since = task.since;
  await awaitStorage(task.file, task.bounds);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const outcome = await pool.run('readNew', { ...task, since });
    if (outcome.outcome !== 'large') return outcome;
    const read = await readLarge(pool, task, outcome, room);
    if (read !== 'changed') return read;
    since = null;
  }
  return { outcome: 'unreadable', reason: 'it changes again and again' };
}

/** Opens the file itself: a thread that ends closes what it opened, by number, whatever that is by then. */
async function readLarge(
  pool: WorkerPool,
  { file: path, bounds }: ReadTask,
  large: LargeOutcome,
  room: Room,
): Promise<FileRead | 'changed'> {
  let file: FileHandle;
  try {
    file = await openFile(path, bounds);
  } catch (error) {
    if (error instanceof StorageTimeout) throw error;
    return failedRead(error);
  }
  try {
    return await readStretch(pool, { path, file }, large, room);
  } finally {
    closeBehind(file);
  }
}

async function readStretch(
  pool: WorkerPool,
  opened: OpenFile,
  { as, mark, start }: LargeOutcome,
  room: Room,
): Promise<FileRead | 'changed'> {
  const reads = await readPieces(pool, opened, cut(start.offset, mark.size), room[as], room.budget);
  if (typeof reads === 'string') return { outcome: reads };
  const read = joinReads(reads);
  if (read === null) return 'changed';
  const counted = countedFrom(start, read);
  const { position } = counted;
  const print = await pool.run('print', { fd: opened.file.fd, mark, offset: position.offset });
  return print === null ? 'changed' : { outcome: as, read: counted, state: { mark, position, print } };
}

function cut(start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  for (let from = start; from < end; from += PIECE_BYTES) {
    pieces.push({ from, to: Math.min(from + PIECE_BYTES, end), end });
  }
  return pieces;
}

async function readPieces(
  pool: WorkerPool,
  { path, file }: OpenFile,
  pieces: readonly Piece[],
  room: number,
  budget: ReadingBudget,
): Promise<PieceRead[] | Excess> {
  const reads: PieceRead[] = [];
  const names = new Set<string>();
  let bytes = 0;
  let next = 0;
  let excess: Excess | null = null;
  const readOn = async (): Promise<void> => {
    while (next < pieces.length && excess === null) {
      const i = next++;
      const piece = pieces[i];
      await awaitStorageAt(path, file, piece.to - 1);
      const read = await pool.run('readPiece', { fd: file.fd, piece });
      const chunks = read === 'tooWide' ? [] : (read?.chunks ?? []);
      for (const chunk of chunks) for (const name of chunk.names) names.add(name);
      const size = chunks.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      bytes += size;
      if (read === 'tooWide' || names.size > MOST_COLUMNS) excess = 'tooWide';
      else if (bytes > room) excess = 'tooLarge';
      else reads[i] = read;
      await budget.take(reads, size);
    }
  };
  // No more at once than there are threads: what is asked of other runs meanwhile waits for a piece, not for the file.
  const results = await Promise.allSettled(Array.from({ length: pool.size }, readOn));
  budget.release(reads);
  // All are settled before the descriptor is closed: its number may be another file's soon.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return excess ?? reads;
}

/** Lines are counted from the start of the file. */
function countedFrom({ lines }: LinePosition, read: EventsRead): EventsRead {
  const { firstSkipped, position } = read;
  return {
    ...read,
    firstSkipped: firstSkipped === null ? null : { ...firstSkipped, line: lines + firstSkipped.line },
    position: { ...position, lines: lines + position.lines },
  };
}
