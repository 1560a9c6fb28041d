import type { Chunk } from './chunk.ts';
import { ChunkBuilder } from './chunk-builder.ts';
import { EventLineReader, type LineVerdict } from './event-line.ts';
import { type LinePosition, LONGEST_LINE, readLines } from './line-reader.ts';

/** A line that holds no event although it should. Lines count from 1. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** What a stretch of an events file holds. */
export interface EventsRead {
  readonly chunks: readonly Chunk[];
  /** The event of a last line that has no end yet: to be read again, since more bytes may come. */
  readonly provisional: Chunk | null;
  readonly skippedLines: number;
  readonly firstSkipped: SkippedLine | null;
  readonly position: LinePosition;
  /** The byte behind the last one that was read. */
  readonly end: number;
}

/** Reads the events of an open file from `position` up to byte `end`. */
export function readEvents(fd: number, position: LinePosition, end: number): EventsRead {
  const chunks: Chunk[] = [];
  const builder = new ChunkBuilder();
  const reader = new EventLineReader(builder);
  let provisional: Chunk | null = null;
  let skippedLines = 0;
  let firstSkipped: SkippedLine | null = null;
  const skip = (line: number, reason: string) => {
    skippedLines++;
    firstSkipped ??= { line, reason };
  };
  const read = readLines(fd, position, end, {
    line(bytes, from, to, number) {
      const verdict = reader.read(bytes, from, to);
      if (typeof verdict === 'object') skip(number, verdict.reason);
      else if (builder.isFull) chunks.push(builder.take());
    },
    oversizedLine(number) {
      skip(number, `longer than ${LONGEST_LINE} bytes`);
    },
    unfinishedLine(bytes, from, to) {
      provisional = completeEvent(bytes, from, to);
    },
  });
  if (!builder.isEmpty) chunks.push(builder.take());
  return { chunks, provisional, skippedLines, firstSkipped, ...read };
}

/** A line without its end counts if it is an event already; as long as it is torn it waits. */
function completeEvent(bytes: Buffer, from: number, to: number): Chunk | null {
  const builder = new ChunkBuilder();
  const verdict: LineVerdict = new EventLineReader(builder).read(bytes, from, to);
  return verdict === 'event' ? builder.take() : null;
}
