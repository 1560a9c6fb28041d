import { Cells } from './cells.ts';
import { CHUNK_EVENTS, type Chunk, type ColumnDraft, packChunk } from './chunk.ts';

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
    if (before === undefined || before.events > last.events || before.events + last.events > CHUNK_EVENTS) break;
    kept.pop();
    last = join(before, last);
  }
  kept.push(last);
  return kept;
}

/** One chunk of two neighbours, whose text codes are of one dictionary. */
function join(a: Chunk, b: Chunk): Chunk {
  const names = new Set([...a.columns.keys(), ...b.columns.keys()]);
  const drafts = Array.from(names, (name) => joinColumn(name, a, b));
  return packChunk(concat(a.axes.step.keys, b.axes.step.keys), concat(a.axes.time.keys, b.axes.time.keys), drafts, []);
}

function joinColumn(name: string, a: Chunk, b: Chunk): ColumnDraft {
  const capacity = (a.columns.get(name)?.numbers.length ?? 0) + (b.columns.get(name)?.numbers.length ?? 0);
  const events = new Uint16Array(capacity);
  const cells = Cells.ofLength(capacity);
  let count = 0;
  for (const [chunk, firstEvent] of [
    [a, 0],
    [b, a.events],
  ] as const) {
    const column = chunk.columns.get(name);
    if (column === undefined) continue;
    const source = Cells.over(column.numbers);
    for (let i = 0; i < source.length; i++) {
      if (source.kind(i) === 'missing') continue;
      events[count] = firstEvent + (column.events === null ? i : column.events[i]);
      cells.copy(count++, source, i);
    }
  }
  return { name, count, events, cells };
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
