import { Cells } from './cells.ts';
import { CHUNK_EVENTS } from './chunk.ts';
import { type ColumnDraft, packChunk } from './pack-chunk.ts';
import type { NamedChunk } from './table.ts';
import { TextCodes } from './text-codes.ts';

const FIRST_EVENTS = 16;
const FIRST_CELLS = 64;

/** With so many cells a chunk is full, so that building one takes little memory… */
const MANY_CELLS = 1 << 19;
/** …unless its columns would be short: each costs something beside its cells. */
const CELLS_A_COLUMN = 512;

/** So many columns a run may have: each costs time where all runs are served, and memory beside that of its cells. */
export const MOST_COLUMNS = 100_000;

/** Thrown where more come. */
export const tooManyColumns = new RangeError(`more than ${MOST_COLUMNS} columns`);

/** What an event logs under one name. Arrays and objects never get here. */
export type CellValue = number | string | boolean | null;

/** A name under which events log, in this chunk and those to come. */
export interface Column {
  readonly name: string;
  /** Its place among the columns of the chunk being built; -1: the chunk does not show it yet. */
  place: number;
}

/**
 * Collects events in file order, and makes chunks of them. The cells are kept in that order until a chunk is made: one
 * long list costs less than a growing one for each of many columns.
 */
export class ChunkBuilder {
  #steps = new Float64Array(FIRST_EVENTS);
  #times = new Float64Array(FIRST_EVENTS);
  /** Where the cells of each event begin. */
  #starts = new Uint32Array(FIRST_EVENTS + 1);
  #events = 0;
  /** All cells, and the place of each one's column. */
  #cells = Cells.over(new Float64Array(FIRST_CELLS));
  #places = new Uint32Array(FIRST_CELLS);
  #count = 0;
  readonly #columns = new Map<string, Column>();
  /** Those of all chunks. */
  readonly #everShown = new Set<Column>();
  /** The columns with cells, in the order in which the events first show them. */
  #shown: Column[] = [];
  #texts = new TextCodes();

  get isFull(): boolean {
    const hasManyCells = this.#count >= Math.max(MANY_CELLS, CELLS_A_COLUMN * this.#shown.length);
    return this.#events === CHUNK_EVENTS || hasManyCells;
  }

  get isEmpty(): boolean {
    return this.#events === 0;
  }

  column(name: string): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = { name, place: -1 };
      this.#columns.set(name, column);
    }
    return column;
  }

  /**
   * Begins an event; its cells follow, at most one a column. Adding them throws `tooManyColumns` where they show more than a
   * run may have.
   *
   * @param step NaN for none
   * @param time microseconds since 1970; NaN for none
   */
  begin(step: number, time: number): void {
    if (this.#events === this.#steps.length) {
      this.#steps = copyInto(new Float64Array(2 * this.#events), this.#steps);
      this.#times = copyInto(new Float64Array(2 * this.#events), this.#times);
      this.#starts = copyInto(new Uint32Array(2 * this.#events + 1), this.#starts);
    }
    this.#steps[this.#events] = step;
    this.#times[this.#events] = time;
    this.#starts[this.#events] = this.#count;
    this.#events++;
  }

  add(column: Column, value: CellValue): void {
    // Before the cells are looked for: a new one may move them all.
    const at = this.#newCell(column);
    if (typeof value === 'number') this.#cells.setNumber(at, value);
    else if (typeof value === 'string') this.#cells.setText(at, this.#texts.codeOf(value));
    else if (typeof value === 'boolean') this.#cells.setBoolean(at, value);
    else this.#cells.setNull(at);
  }

  /** As `add` does, without a look at what kind of value it is. */
  addNumber(column: Column, value: number): void {
    const at = this.#newCell(column);
    this.#cells.setNumber(at, value);
  }

  #newCell(column: Column): number {
    if (column.place < 0) this.#show(column);
    if (this.#count === this.#cells.length) {
      const cells = Cells.over(new Float64Array(2 * this.#count));
      cells.copyAll(this.#cells, 0);
      this.#cells = cells;
      this.#places = copyInto(new Uint32Array(2 * this.#count), this.#places);
    }
    this.#places[this.#count] = column.place;
    return this.#count++;
  }

  #show(column: Column): void {
    this.#everShown.add(column);
    if (this.#everShown.size > MOST_COLUMNS) throw tooManyColumns;
    column.place = this.#shown.push(column) - 1;
  }

  /** Makes a chunk of what was collected, and begins anew. */
  take(): NamedChunk {
    const keys = { step: this.#steps.subarray(0, this.#events), time: this.#times.subarray(0, this.#events) };
    const { buffer } = packChunk(this.#events, keys, this.#drafts(), this.#texts.texts);
    const names = this.#shown.map(({ name }) => name);
    for (const column of this.#shown) column.place = -1;
    this.#shown = [];
    this.#events = 0;
    this.#count = 0;
    this.#texts = new TextCodes();
    return { buffer, names };
  }

  /** The cells, column by column. */
  #drafts(): ColumnDraft[] {
    const source = this.#cells;
    const places = this.#places.subarray(0, this.#count);
    /** Where the cells of each column end; and, while they are being placed, where its next one goes. */
    const ends = new Uint32Array(this.#shown.length + 1);
    for (let i = 0; i < places.length; i++) ends[places[i] + 1]++;
    for (let place = 1; place < ends.length; place++) ends[place] += ends[place - 1];
    const cells = Cells.over(new Float64Array(places.length));
    const events = new Uint16Array(places.length);
    this.#starts[this.#events] = places.length;
    for (let event = 0, i = 0; event < this.#events; event++) {
      for (const end = this.#starts[event + 1]; i < end; i++) {
        const at = ends[places[i]]++;
        cells.copy(at, source, i);
        events[at] = event;
      }
    }
    return this.#shown.map((_, place) => {
      const from = place === 0 ? 0 : ends[place - 1];
      const to = ends[place];
      return { count: to - from, events: events.subarray(from, to), cells: cells.slice(from, to) };
    });
  }
}

function copyInto<T extends Float64Array | Uint32Array>(larger: T, array: T): T {
  larger.set(array);
  return larger;
}
