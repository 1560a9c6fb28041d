import { ChunkBuilder } from '../table/chunk-builder.ts';
import type { NamedChunk } from '../table/table.ts';
import { EventDraft, type LeftOut, type LineVerdict } from './event-draft.ts';
import { EventLineReader } from './event-line.ts';
import { FILE_START, firstLineStart, type LinePosition, LineReader, LONGEST_LINE } from './line-reader.ts';
import { PlainLineReader } from './plain-line.ts';

/** A line that holds no event although it should. Lines count from 1. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** What a stretch of an events file holds. */
export interface EventsRead {
  readonly chunks: readonly NamedChunk[];
  /** The event of a last line that has no end yet: to be read again, since more bytes may come. */
  readonly provisional: NamedChunk | null;
  readonly skippedLines: number;
  readonly firstSkipped: SkippedLine | null;
  readonly position: LinePosition;
  /** The byte behind the last one that was read. */
  readonly end: number;
}

/** A piece of a file: the lines that begin in bytes [from, to). The last of them may run on, up to byte `end`. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

export interface StretchRead extends EventsRead {
  /** What the finished lines log that no column holds. */
  readonly leftOut: LeftOut;
}

/** What the lines of a piece hold, counted from its start; null where no line begins. */
export type PieceRead = StretchRead | null;

/** Reads the events of an open file from `position` up to byte `end`. Throws `tooManyColumns`. */
export function readEvents(fd: number, position: LinePosition, end: number): EventsRead {
  return readStretch(fd, position, end, end);
}

/** Reads the events of one piece of an open file, as others read the pieces before and behind it. Throws `tooManyColumns`. */
export function readPiece(fd: number, { from, to, end }: Piece): PieceRead {
  const offset = firstLineStart(fd, from, Math.min(to, end));
  return offset === null ? null : readStretch(fd, { ...FILE_START, offset }, to, end);
}

/** What consecutive pieces hold together: what they would if they had been read as one. */
export function joinReads(pieces: readonly (EventsRead | null)[]): EventsRead | null {
  const reads = pieces.filter((piece) => piece !== null);
  const last = reads.at(-1);
  if (last === undefined) return null;
  let lines = 0;
  let skippedLines = 0;
  let firstSkipped: SkippedLine | null = null;
  for (const read of reads) {
    if (read.firstSkipped !== null) firstSkipped ??= { ...read.firstSkipped, line: lines + read.firstSkipped.line };
    skippedLines += read.skippedLines;
    lines += read.position.lines;
  }
  return {
    chunks: reads.flatMap(({ chunks }) => chunks),
    // Only the last line of a file can be unfinished.
    provisional: last.provisional,
    skippedLines,
    firstSkipped,
    position: { ...last.position, lines },
    end: last.end,
  };
}

/** Reads the lines from `position` on that begin before byte `before`, up to byte `end`. */
function readStretch(fd: number, position: LinePosition, before: number, end: number): StretchRead {
  const chunks: NamedChunk[] = [];
  const builder = new ChunkBuilder();
  const draft = new EventDraft(builder);
  const plainReader = new PlainLineReader(draft);
  const lineReader = new EventLineReader(draft);
  let provisional: NamedChunk | null = null;
  let skippedLines = 0;
  let firstSkipped: SkippedLine | null = null;
  const skip = (line: number, reason: string) => {
    skippedLines++;
    firstSkipped ??= { line, reason };
  };
  const settle = (verdict: LineVerdict, number: number) => {
    if (typeof verdict === 'object') skip(number, verdict.reason);
    else if (builder.isFull) chunks.push(builder.take());
  };
  const read = new LineReader(fd, position, end).read(before, {
    plainLine(bytes, from, filled, number) {
      const verdict = plainReader.read(bytes, from, filled);
      if (verdict === null) return -1;
      settle(verdict, number);
      return plainReader.end;
    },
    line(bytes, from, to, number) {
      settle(lineReader.read(bytes, from, to), number);
    },
    oversizedLine(number) {
      skip(number, `longer than ${LONGEST_LINE} bytes`);
    },
    unfinishedLine(bytes, from, to) {
      provisional = completeEvent(bytes, from, to);
    },
  });
  if (!builder.isEmpty) chunks.push(builder.take());
  return { chunks, provisional, skippedLines, firstSkipped, leftOut: draft.leftOut, ...read };
}

/** A line without its end counts if it is an event already; as long as it is torn it waits. */
function completeEvent(bytes: Buffer, from: number, to: number): NamedChunk | null {
  const builder = new ChunkBuilder();
  const verdict = new EventLineReader(new EventDraft(builder)).read(bytes, from, to);
  return verdict === 'event' ? builder.take() : null;
}
