import { AXES } from './axis.ts';
import { Cells } from './cells.ts';
import { CHUNK_EVENTS, type Chunk, type ChunkColumn } from './chunk.ts';
import { type ColumnDraft, packChunk } from './pack-chunk.ts';
import { TextCodes } from './text-codes.ts';

/** Larger chunks are few enough as they are, and joining them would keep the thread busy for long. */
const LARGEST_JOINED_BYTES = 1 << 20;

/**
 * Adds a chunk behind others. Small ones are joined until each is larger than the one behind it, so that a file which
 * grows event by event is held in few chunks and every event is copied a few times only (the logarithmic method of
 * Bentley and Saxe).
 */
export function appendChunk(chunks: readonly Chunk[], added: Chunk): Chunk[] {
  const kept = [...chunks];
  let last = added;
  for (;;) {
    const before = kept.at(-1);
    if (before === undefined || before.events > last.events || !areSmall(before, last)) break;
    kept.pop();
    last = join(before, last);
  }
  kept.push(last);
  return kept;
}

function areSmall(a: Chunk, b: Chunk): boolean {
  return a.buffer.byteLength + b.buffer.byteLength <= LARGEST_JOINED_BYTES && a.events + b.events <= CHUNK_EVENTS;
}

/** One chunk of two neighbours. */
function join(a: Chunk, b: Chunk): Chunk {
  const ids = new Set([...a.columns(), ...b.columns()].map(({ id }) => id));
  const inOrder = [...ids].toSorted((left, right) => left - right);
  const texts = new TextCodes();
  const drafts = inOrder.map((id) => joinColumn(id, a, b, texts));
  const [step, time] = AXES.map((axis) => concat(a.axes[axis].keys, b.axes[axis].keys));
  const joined = packChunk(a.events + b.events, { step, time }, drafts, texts.texts);
  joined.renumber(inOrder);
  return joined;
}

function joinColumn(id: number, a: Chunk, b: Chunk, texts: TextCodes): ColumnDraft {
  const capacity = lengthOf(a.column(id)) + lengthOf(b.column(id));
  const events = new Uint16Array(capacity);
  const cells = Cells.ofLength(capacity);
  let count = 0;
  for (const [chunk, firstEvent] of [
    [a, 0],
    [b, a.events],
  ] as const) {
    const column = chunk.column(id);
    if (column === undefined) continue;
    for (let cell = column.from; cell < column.to; cell++) {
      if (chunk.cells.kind(cell) === 'missing') continue;
      events[count] = firstEvent + column.eventOf(cell);
      texts.copyCell(cells, count++, chunk, cell);
    }
  }
  return { count, events, cells };
}

function lengthOf(column: ChunkColumn | undefined): number {
  return column === undefined ? 0 : column.to - column.from;
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
