import { Cells } from './cells.ts';
import { firstIndex, lowerBound } from './search.ts';

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

/** More than a chunk has columns. */
const PLACES = 2 ** 26;

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
  /** Those of all columns. */
  readonly cells: Cells;
  /** The events of the cells of columns that do not have one for every event. */
  readonly places: Uint16Array;
  readonly #words: Float64Array;
  readonly #texts: (string | undefined)[] = [];

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / WORD));
    this.events = this.#words[EVENTS];
    this.columnCount = this.#words[COLUMNS];
    this.axes = { step: this.#axis('step'), time: this.#axis('time') };
    this.cells = Cells.over(this.#words);
    this.places = new Uint16Array(buffer);
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
    return new ChunkColumn(this, this.#words, directoryAt(place));
  }

  column(id: number): ChunkColumn | undefined {
    const place = firstIndex(this.columnCount, (at) => this.#words[directoryAt(at)] >= id);
    return place < this.columnCount && this.#words[directoryAt(place)] === id ? this.columnAt(place) : undefined;
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
    const words = this.#words;
    const before = words.slice(DIRECTORY_AT, directoryAt(this.columnCount));
    // Both in one number, which sorts far faster than objects: a chunk can have very many columns.
    const idsAndPlaces = new Float64Array(this.columnCount);
    for (let place = 0; place < this.columnCount; place++) {
      idsAndPlaces[place] = ids[before[place * COLUMN_WORDS]] * PLACES + place;
    }
    idsAndPlaces.sort();
    for (const [place, idAndPlace] of idsAndPlaces.entries()) {
      const old = (idAndPlace % PLACES) * COLUMN_WORDS;
      words.set(before.subarray(old, old + COLUMN_WORDS), directoryAt(place));
      words[directoryAt(place)] = Math.floor(idAndPlace / PLACES);
    }
  }
}

/** One column in one chunk: its cells are those in [from, to) of the chunk's, in the order of their events. */
export class ChunkColumn {
  readonly chunk: Chunk;
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /** Where in the chunk's places those of the cells are; `ABSENT`: every event has a cell. */
  readonly #placesAt: number;
  readonly #flags: number;
  readonly #at: number;

  /** @param words of the chunk @param at where those of the column begin */
  constructor(chunk: Chunk, words: Float64Array, at: number) {
    this.chunk = chunk;
    this.#at = at;
    this.id = words[at];
    this.#flags = words[at + 1];
    this.from = words[at + 3];
    this.to = this.from + words[at + 2];
    this.#placesAt = words[at + 4];
  }

  /** Every event has a cell, though it may be missing. */
  get isDense(): boolean {
    return this.#placesAt === ABSENT;
  }

  get hasNumbers(): boolean {
    return (this.#flags & HAS_NUMBERS) !== 0;
  }

  /** Texts or booleans. */
  get hasLabels(): boolean {
    return (this.#flags & HAS_LABELS) !== 0;
  }

  /** Every event has a finite number here. */
  get isFinite(): boolean {
    return (this.#flags & ONLY_FINITE) !== 0;
  }

  /** The least and the greatest finite number; Infinity and -Infinity where there is none. */
  get lowest(): number {
    return this.chunk.cells.numbers[this.#at + 5];
  }

  get highest(): number {
    return this.chunk.cells.numbers[this.#at + 6];
  }

  /** Whether the axis shows this column: an event with a key there has it. */
  isShownBy(axis: Axis): boolean {
    return (this.#flags & SHOWN_BY[axis]) !== 0;
  }

  eventOf(cell: number): number {
    return this.isDense ? cell - this.from : this.chunk.places[this.#placesAt + cell - this.from];
  }

  /** The first cell of `event` or a later one. */
  cellAt(event: number): number {
    if (this.isDense) return this.from + event;
    const end = this.#placesAt + this.to - this.from;
    return lowerBound(this.chunk.places, event, this.#placesAt, end) - this.#placesAt + this.from;
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
