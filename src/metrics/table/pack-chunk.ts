import { AXES, type Axis } from './axis.ts';
import { Cells } from './cells.ts';
import { Chunk } from './chunk.ts';
import {
  ABSENT,
  axisAt,
  COLUMN_WORDS,
  DIRECTORY_AT,
  directoryAt,
  EVENTS,
  HAS_LABELS,
  HAS_NUMBERS,
  ONLY_FINITE,
  SHORT,
  SHOWN_BY,
  TEXT_ENDS_AT,
  WORD,
} from './chunk-layout.ts';
import { allocateShared } from './shared-memory.ts';

/** One column on its way into a chunk: cell i is that of event `events[i]`, ascending. */
export interface ColumnDraft {
  readonly count: number;
  readonly events: Uint16Array;
  readonly cells: Cells;
}

/** The keys of consecutive events, for each axis that the chunk shall have. */
export type ChunkKeys = Readonly<Partial<Record<Axis, Float64Array>>>;

/**
 * A chunk of copies of what is given; columns are numbered by their place in `drafts`. Columns with few cells keep those
 * alone, others a cell for every event.
 *
 * @param texts what the codes of text cells stand for
 */
export function packChunk(
  events: number,
  keys: ChunkKeys,
  drafts: readonly ColumnDraft[],
  texts: readonly string[],
): Chunk {
  const slab = new Slab(DIRECTORY_AT + drafts.length * COLUMN_WORDS, sizeOf(events, keys, drafts, texts));
  slab.words.set([events, drafts.length], EVENTS);
  for (const axis of AXES) slab.words.set(packKeys(keys[axis], slab), axisAt(axis));
  for (const [place, draft] of drafts.entries()) {
    const entry = [place, flagsOf(draft, events, keys), ...packCells(draft, events, slab), ...rangeOf(draft)];
    slab.words.set(entry, directoryAt(place));
  }
  slab.words.set(packTexts(texts, slab), TEXT_ENDS_AT);
  return new Chunk(slab.buffer);
}

/** Whether the cells of a column take less with their places than one for every event. */
function isSparse({ count }: ColumnDraft, events: number): boolean {
  return count * (WORD + SHORT) < events * WORD;
}

interface SlabSize {
  readonly words: number;
  readonly shorts: number;
}

function sizeOf(events: number, keys: ChunkKeys, drafts: readonly ColumnDraft[], texts: readonly string[]): SlabSize {
  let words = texts.length + AXES.filter((axis) => keys[axis] !== undefined).length * events;
  let shorts = texts.reduce((sum, { length }) => sum + length, 0);
  for (const draft of drafts) {
    words += isSparse(draft, events) ? draft.count : events;
    shorts += isSparse(draft, events) ? draft.count : 0;
  }
  return { words, shorts };
}

/** The one buffer of a chunk: the head, then words, for their alignment, then shorts. Places are counted in either. */
class Slab {
  readonly buffer: SharedArrayBuffer;
  readonly words: Float64Array;
  readonly shorts: Uint16Array;
  #wordsUsed: number;
  #shortsUsed: number;

  constructor(head: number, { words, shorts }: SlabSize) {
    this.buffer = allocateShared((head + words) * WORD + shorts * SHORT);
    this.words = new Float64Array(this.buffer, 0, head + words);
    this.shorts = new Uint16Array(this.buffer, 0, this.buffer.byteLength / SHORT);
    this.#wordsUsed = head;
    this.#shortsUsed = ((head + words) * WORD) / SHORT;
  }

  takeWords(count: number): number {
    this.#wordsUsed += count;
    return this.#wordsUsed - count;
  }

  takeShorts(count: number): number {
    this.#shortsUsed += count;
    return this.#shortsUsed - count;
  }
}

/** @returns the axis's words in the head */
function packKeys(keys: Float64Array | undefined, slab: Slab): number[] {
  let ascending = keys !== undefined;
  let previous = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  if (keys === undefined) return [ABSENT, 0, lowest, highest];
  const at = slab.takeWords(keys.length);
  slab.words.set(keys, at);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (!(key > previous)) ascending = false;
    previous = key;
    if (key < lowest) lowest = key;
    if (key > highest) highest = key;
  }
  return [at, ascending ? 1 : 0, lowest, highest];
}

/** @returns how many cells are kept, and where they and their events are */
function packCells(draft: ColumnDraft, events: number, slab: Slab): number[] {
  const { count } = draft;
  if (isSparse(draft, events)) {
    const cellsAt = slab.takeWords(count);
    Cells.over(slab.words).copyAll(draft.cells.slice(0, count), cellsAt);
    const eventsAt = slab.takeShorts(count);
    slab.shorts.set(draft.events.subarray(0, count), eventsAt);
    return [count, cellsAt, eventsAt];
  }
  const cellsAt = slab.takeWords(events);
  const cells = Cells.over(slab.words.subarray(cellsAt, cellsAt + events));
  if (count === events) {
    cells.copyAll(draft.cells.slice(0, count), 0);
  } else {
    cells.clear();
    for (let i = 0; i < count; i++) cells.copy(draft.events[i], draft.cells, i);
  }
  return [events, cellsAt, ABSENT];
}

function flagsOf({ events, cells, count }: ColumnDraft, eventCount: number, keys: ChunkKeys): number {
  let flags = count === eventCount ? ONLY_FINITE : 0;
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(cells.numbers[i])) {
      flags |= HAS_NUMBERS;
      continue;
    }
    flags &= ~ONLY_FINITE;
    const kind = cells.kind(i);
    if (kind === 'number') flags |= HAS_NUMBERS;
    else if (kind !== 'null') flags |= HAS_LABELS;
  }
  for (const axis of AXES) if (isShown(events, count, keys[axis])) flags |= SHOWN_BY[axis];
  return flags;
}

function isShown(events: Uint16Array, count: number, keys: Float64Array | undefined): boolean {
  if (keys === undefined) return false;
  for (let i = 0; i < count; i++) if (!Number.isNaN(keys[events[i]])) return true;
  return false;
}

/** @returns the least and the greatest finite number */
function rangeOf({ cells: { numbers }, count }: ColumnDraft): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = numbers[i];
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** @returns where the ends of the texts are, and the texts */
function packTexts(texts: readonly string[], slab: Slab): number[] {
  const endsAt = slab.takeWords(texts.length);
  const unitsAt = slab.takeShorts(0);
  let end = 0;
  for (const [code, text] of texts.entries()) {
    const at = slab.takeShorts(text.length);
    for (let i = 0; i < text.length; i++) slab.shorts[at + i] = text.charCodeAt(i);
    end += text.length;
    slab.words[endsAt + code] = end;
  }
  return [endsAt, unitsAt];
}
