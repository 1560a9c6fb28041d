import { close } from 'node:fs';
import { promisify } from 'node:util';
import type { LinePosition } from './line-reader.ts';
import { type OpenStretch, PIECE_BYTES, type ReadOutcome, type ReadState, type ReadTask } from './open-events.ts';
import { type EventsRead, joinReads, type Piece, type PieceRead } from './read-events.ts';
import type { ReadingBudget } from './reading-budget.ts';
import type { WorkerPool } from './worker-pool.ts';

/** How often a file that shrinks while it is read is read anew. */
const MOST_ATTEMPTS = 3;

const closeDescriptor = promisify(close);

/** What reading a file has come to. `tooLarge`: what is in it takes more memory than there is room for. */
export type FileRead = Exclude<ReadOutcome, { outcome: 'large' }> | { readonly outcome: 'tooLarge' };

/** What a file may take of the memory. */
export interface Room {
  /** As soon as it takes more, reading ends. */
  readonly bytes: number;
  /** Shared with other files that are read. */
  readonly budget: ReadingBudget;
}

/** Reads what is new in an events file: at once where that is little, else in pieces, by all threads. */
export async function readEventsFile(pool: WorkerPool, task: ReadTask, room: Room): Promise<FileRead> {
  let since = task.since;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const outcome = await pool.run('readNew', { file: task.file, since });
    if (outcome.outcome !== 'large') return outcome;
    const read = await readLarge(pool, outcome.stretch, room);
    if (read === 'tooLarge') return { outcome: read };
    if (read !== 'shrunk') return { outcome: outcome.as, ...read };
    since = null;
  }
  return { outcome: 'unreadable', why: 'it shrinks again and again while it is read' };
}

async function readLarge(
  pool: WorkerPool,
  { fd, seen, start, end }: OpenStretch,
  room: Room,
): Promise<{ read: EventsRead; state: ReadState } | 'shrunk' | 'tooLarge'> {
  try {
    const pieces = cut(start.offset, end);
    const reads = await readPieces(pool, fd, pieces, room);
    if (reads === 'tooLarge') return reads;
    const read = joinReads(reads);
    if (read === null || reads.some((piece, i) => piece !== null && piece.end < pieces[i].to)) return 'shrunk';
    const mark = await pool.run('mark', { fd, seen, size: read.end });
    const counted = countedFrom(start, read);
    return { read: counted, state: { mark, position: counted.position } };
  } finally {
    await closeDescriptor(fd);
  }
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
  fd: number,
  pieces: readonly Piece[],
  room: Room,
): Promise<PieceRead[] | 'tooLarge'> {
  const reads: PieceRead[] = [];
  let bytes = 0;
  let next = 0;
  const readOn = async (): Promise<void> => {
    while (next < pieces.length && bytes <= room.bytes) {
      const i = next++;
      const read = await pool.run('readPiece', { fd, piece: pieces[i] });
      const size = (read?.chunks ?? []).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
      reads[i] = read;
      bytes += size;
      await room.budget.take(reads, size);
    }
  };
  // No more at once than there are threads: what is asked of other runs meanwhile waits for a piece, not for the file.
  const results = await Promise.allSettled(Array.from({ length: pool.size }, readOn));
  room.budget.release(reads);
  // All are settled before the descriptor is closed: its number may be another file's soon.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return bytes > room.bytes ? 'tooLarge' : reads;
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
