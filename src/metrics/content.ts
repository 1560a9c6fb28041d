import { setImmediate } from 'node:timers/promises';
import type { EventsRead, SkippedLine } from './reading/read-events.ts';
import { Table } from './table/table.ts';

/** What has been read of an events file. Never changes. */
export interface Content {
  readonly table: Table;
  readonly ingest: IngestReport;
}

export interface IngestReport {
  /** Bytes of the file that were read. */
  readonly bytes: number;
  readonly events: number;
  readonly skippedLines: number;
  readonly firstSkipped: SkippedLine | null;
}

export const NO_CONTENT: Content = {
  table: Table.empty(),
  ingest: { bytes: 0, events: 0, skippedLines: 0, firstSkipped: null },
};

/** Chunks of so many columns take a while to add: others have their turn after each. */
const MANY_COLUMNS = 1000;

/** What is known after more was read: the finished lines, and the answer, which adds a last line without its end. */
export async function extend(
  { table, ingest }: Content,
  read: EventsRead,
): Promise<{ finished: Content; answer: Content }> {
  let longer = table;
  for (const chunk of read.chunks) {
    longer = longer.append([chunk]);
    if (chunk.names.length >= MANY_COLUMNS) await setImmediate();
  }
  const finished = {
    table: longer,
    ingest: {
      bytes: read.end,
      events: longer.events,
      skippedLines: ingest.skippedLines + read.skippedLines,
      firstSkipped: ingest.firstSkipped ?? read.firstSkipped,
    },
  };
  if (read.provisional === null) return { finished, answer: finished };
  const answered = longer.append([read.provisional]);
  return { finished, answer: { table: answered, ingest: { ...finished.ingest, events: answered.events } } };
}
