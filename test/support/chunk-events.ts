import type { EventsRead } from '../../src/metrics/reading/read-events.ts';
import { Chunk } from '../../src/metrics/table/chunk.ts';
import type { NamedChunk } from '../../src/metrics/table/table.ts';

/** The events of chunks, one text each: step, time and cells, in which any difference shows. */
export function eventsOf(chunks: readonly NamedChunk[]): string[] {
  return chunks.flatMap(({ buffer, names }) => {
    const chunk = new Chunk(buffer);
    const events = Array.from({ length: chunk.events }, (_, event) => [
      `step ${chunk.axes.step.keys[event]} time ${chunk.axes.time.keys[event]}`,
    ]);
    for (const column of chunk.columns()) {
      for (let at = column.from; at < column.to; at++) {
        const cell = textOf(chunk, at);
        if (cell !== null) events[column.eventOf(at)].push(`${JSON.stringify(names[column.id])}: ${cell}`);
      }
    }
    return events.map(([axes, ...cells]) => [axes, ...cells.toSorted()].join(', '));
  });
}

function textOf(chunk: Chunk, at: number): string | null {
  const { cells } = chunk;
  switch (cells.kind(at)) {
    case 'missing':
      return null;
    case 'null':
      return 'null';
    case 'number':
      return Object.is(cells.numbers[at], -0) ? '-0' : String(cells.numbers[at]);
    case 'boolean':
      return String(cells.boolean(at));
    case 'text':
      return JSON.stringify(chunk.text(cells.textCode(at)));
  }
}

/** All that was read, however it is cut into chunks. */
export function contentOf(read: EventsRead | null): object | null {
  if (read === null) return null;
  const { chunks, provisional, skippedLines, firstSkipped, position, end } = read;
  return {
    skippedLines,
    firstSkipped,
    position,
    end,
    events: eventsOf(chunks),
    columns: [...new Set(chunks.flatMap(({ names }) => names))],
    provisional: provisional === null ? null : eventsOf([provisional]),
  };
}
