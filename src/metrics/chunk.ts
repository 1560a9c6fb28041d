import { Cells } from './cells.ts';

/** A chunk's largest number of events, so that an index within it fits into two bytes. */
export const CHUNK_EVENTS = 65_536;

const WORD = Float64Array.BYTES_PER_ELEMENT;
const SHORT = Uint16Array.BYTES_PER_ELEMENT;

/** What two axes say of an event: its step, and its timestamp in whole microseconds since 1970. NaN: it has none. */
export type Axis = (typeof AXES)[number];
export const AXES = ['step', 'time'] as const;

/** The keys of consecutive events on one axis. */
export interface AxisKeys {
  readonly keys: Float64Array;
  /** Every event has a key, and each is greater than the one before. */
  readonly ascending: boolean;
  /** The least and the greatest key; Infinity and -Infinity where no event has one. */
  readonly lowest: number;
  readonly highest: number;
}

/** The cells of one column in one chunk. */
export interface ChunkColumn {
  readonly id: number;
  /** The event of each cell, ascending; null: cell i is that of event i. */
  readonly events: Uint16Array | null;
  readonly cells: Cells;
  readonly holds: ColumnContent;
  /** Which axes show this column: whether an event with a key there has it. */
  readonly shownBy: Readonly<Record<Axis, boolean>>;
}

interface ColumnContent {
  readonly numbers: boolean;
  /** Texts or booleans. */
  readonly labels: boolean;
  /** Every event has a finite number here. */
  readonly onlyFinite: boolean;
  /** The least and the greatest finite number; Infinity and -Infinity where there is none. */
  readonly low: number;
  readonly high: number;
}

/** One column on its way into a chunk: cell i is that of event `events[i]`, ascending. */
export interface ColumnDraft {
  readonly count: number;
  readonly events: Uint16Array;
  readonly cells: Cells;
}

/** The keys of consecutive events, for each axis that the chunk shall have. */
export type ChunkKeys = Readonly<Partial<Record<Axis, Float64Array>>>;

/** The words of a chunk's head, by place; then come four a axis, and seven a column. */
const EVENTS = 0;
const COLUMNS = 1;
const TEXT_ENDS_AT = 2;
const TEXT_UNITS_AT = 3;
const AXES_AT = 4;
const AXIS_WORDS = 4;
const DIRECTORY_AT = AXES_AT + AXES.length * AXIS_WORDS;
const COLUMN_WORDS = 7;

const ABSENT = -1;

const HAS_NUMBERS = 1;
const HAS_LABELS = 2;
const ONLY_FINITE = 4;
const SHOWN_BY: Readonly<Record<Axis, number>> = { step: 8, time: 16 };

/**
 * Consecutive events as columns, which never change: what a reader holds stays as it is while the run grows. All of it
 * lies in one shared buffer, so that any thread can read it, without a copy, and its cost is known to the byte. Columns
 * are known by numbers, given by the table that the chunk belongs to; text cells by a code within the chunk.
 */
export class Chunk {
  readonly buffer: SharedArrayBuffer;
  readonly events: number;
  readonly columnCount: number;
  /** One that the chunk was made without has no keys. */
  readonly axes: Readonly<Record<Axis, AxisKeys>>;
  readonly #words: Float64Array;
  readonly #texts: (string | undefined)[] = [];

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / WORD));
    this.events = this.#words[EVENTS];
    this.columnCount = this.#words[COLUMNS];
    this.axes = { step: this.#axis('step'), time: this.#axis('time') };
  }

  #axis(axis: Axis): AxisKeys {
    const words = this.#words;
    const at = axisAt(axis);
    const keysAt = words[at];
    const keys = keysAt === ABSENT ? words.subarray(0, 0) : words.subarray(keysAt, keysAt + this.events);
    return { keys, ascending: words[at + 1] === 1, lowest: words[at + 2], highest: words[at + 3] };
  }

  /** @param place in the order of the columns' numbers */
  columnAt(place: number): ChunkColumn {
    const words = this.#words;
    const at = directoryAt(place);
    const flags = words[at + 1];
    const count = words[at + 2];
    const cellsAt = words[at + 3];
    const eventsAt = words[at + 4];
    return {
      id: words[at],
      events: eventsAt === ABSENT ? null : new Uint16Array(this.buffer, eventsAt * SHORT, count),
      cells: Cells.over(words.subarray(cellsAt, cellsAt + count)),
      holds: {
        numbers: (flags & HAS_NUMBERS) !== 0,
        labels: (flags & HAS_LABELS) !== 0,
        onlyFinite: (flags & ONLY_FINITE) !== 0,
        low: words[at + 5],
        high: words[at + 6],
      },
      shownBy: { step: (flags & SHOWN_BY.step) !== 0, time: (flags & SHOWN_BY.time) !== 0 },
    };
  }

  column(id: number): ChunkColumn | undefined {
    let low = 0;
    let high = this.columnCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[directoryAt(middle)] < id) low = middle + 1;
      else high = middle;
    }
    return low < this.columnCount && this.#words[directoryAt(low)] === id ? this.columnAt(low) : undefined;
  }

  /** Every column, in the order of their numbers. */
  columns(): ChunkColumn[] {
    return Array.from({ length: this.columnCount }, (_, place) => this.columnAt(place));
  }

  /** What a text cell says. */
  text(code: number): string {
    let text = this.#texts[code];
    if (text === undefined) {
      const endsAt = this.#words[TEXT_ENDS_AT];
      const from = code === 0 ? 0 : this.#words[endsAt + code - 1];
      const start = (this.#words[TEXT_UNITS_AT] + from) * SHORT;
      text = Buffer.from(this.buffer, start, (this.#words[endsAt + code] - from) * SHORT).toString('utf16le');
      this.#texts[code] = text;
    }
    return text;
  }

  /** Gives the columns other numbers, those of `ids` by their present ones. Only for who made the chunk. */
  renumber(ids: readonly number[]): void {
    const entries = Array.from({ length: this.columnCount }, (_, place) => {
      const entry = this.#words.slice(directoryAt(place), directoryAt(place + 1));
      entry[0] = ids[entry[0]];
      return entry;
    });
    entries.sort((a, b) => a[0] - b[0]);
    for (const [place, entry] of entries.entries()) this.#words.set(entry, directoryAt(place));
  }
}

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

function axisAt(axis: Axis): number {
  return AXES_AT + AXES.indexOf(axis) * AXIS_WORDS;
}

function directoryAt(place: number): number {
  return DIRECTORY_AT + place * COLUMN_WORDS;
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
    this.buffer = new SharedArrayBuffer((head + words) * WORD + shorts * SHORT);
    this.words = new Float64Array(this.buffer, 0, head + words);
    this.shorts = new Uint16Array(this.buffer);
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
