import type { Axis } from './axis.ts';
import { Cells } from './cells.ts';
import {
  ABSENT,
  axisAt,
  COLUMN_WORDS,
  COLUMNS,
  DIRECTORY_AT,
  directoryAt,
  EVENTS,
  HAS_LABELS,
  HAS_NUMBERS,
  ONLY_FINITE,
  PLACES,
  SHORT,
  SHOWN_BY,
  TEXT_ENDS_AT,
  TEXT_UNITS_AT,
  WORD,
} from './chunk-layout.ts';
import { firstIndex, lowerBound } from './search.ts';

/** A chunk's largest number of events, so that an index within it fits into two bytes. */
export const CHUNK_EVENTS = 65_536;

/** The keys of consecutive events on one axis. */
export interface AxisKeys {
  readonly keys: Float64Array;
  /** Every event has a key, and each is greater than the one before. */
  readonly ascending: boolean;
  /** The least and the greatest key; Infinity and -Infinity where no event has one. */
  readonly lowest: number;
  readonly highest: number;
}

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
    this.places = new Uint16Array(buffer, 0, buffer.byteLength / SHORT);
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
