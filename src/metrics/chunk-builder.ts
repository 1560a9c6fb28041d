import { Cells } from './cells.ts';
import { CHUNK_EVENTS, type Chunk, type ColumnDraft, packChunk } from './chunk.ts';

const FIRST_CAPACITY = 16;

/** What an event logs under one name. Arrays and objects never get here. */
export type CellValue = number | string | boolean | null;

/** Collects events in file order, and makes a chunk of them. */
export class ChunkBuilder {
  #steps = new Float64Array(FIRST_CAPACITY);
  #times = new Float64Array(FIRST_CAPACITY);
  #events = 0;
  readonly #columns = new Map<string, GrowingColumn>();
  readonly #textCodes = new Map<string, number>();

  get isFull(): boolean {
    return this.#events === CHUNK_EVENTS;
  }

  get isEmpty(): boolean {
    return this.#events === 0;
  }

  /**
   * Begins an event; its cells follow by `add`.
   *
   * @param step NaN for none
   * @param time microseconds since 1970; NaN for none
   */
  begin(step: number, time: number): void {
    if (this.#events === this.#steps.length) {
      this.#steps = grown(this.#steps);
      this.#times = grown(this.#times);
    }
    this.#steps[this.#events] = step;
    this.#times[this.#events] = time;
    this.#events++;
  }

  /** Adds a cell to the event begun last; at most one a name. */
  add(name: string, value: CellValue): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new GrowingColumn(name);
      this.#columns.set(name, column);
    }
    const at = column.extend(this.#events - 1);
    if (typeof value === 'number') column.cells.setNumber(at, value);
    else if (typeof value === 'string') column.cells.setText(at, this.#codeOf(value));
    else if (typeof value === 'boolean') column.cells.setBoolean(at, value);
    else column.cells.setNull(at);
  }

  /** Makes a chunk of what was collected, and begins anew. */
  take(): Chunk {
    const chunk = packChunk(
      this.#steps.subarray(0, this.#events),
      this.#times.subarray(0, this.#events),
      [...this.#columns.values()],
      [...this.#textCodes.keys()],
    );
    this.#events = 0;
    this.#columns.clear();
    this.#textCodes.clear();
    return chunk;
  }

  #codeOf(text: string): number {
    let code = this.#textCodes.get(text);
    if (code === undefined) {
      code = this.#textCodes.size;
      this.#textCodes.set(text, code);
    }
    return code;
  }
}

class GrowingColumn implements ColumnDraft {
  readonly name: string;
  count = 0;
  events = new Uint16Array(FIRST_CAPACITY);
  cells = Cells.ofLength(FIRST_CAPACITY);

  constructor(name: string) {
    this.name = name;
  }

  /** @returns the index of a new cell for `event` */
  extend(event: number): number {
    if (this.count === this.events.length) {
      const events = new Uint16Array(this.count * 2);
      events.set(this.events);
      this.events = events;
      const cells = Cells.ofLength(this.count * 2);
      cells.copyAll(this.cells, 0);
      this.cells = cells;
    }
    this.events[this.count] = event;
    return this.count++;
  }
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
