/** What the project is measured against, of what is plain JavaScript. */
import { closeSync, openSync, readSync } from 'node:fs';
import { createLTTB, LTTB } from 'downsample/methods/LTTB.js';

/** A file's numbers. */
export interface ParsedEvents {
  readonly timestamps: Float64Array;
  readonly columns: ReadonlyMap<string, ParsedColumn>;
}

/** The values of the events that have one. `rows` null: value i is that of event i. */
export interface ParsedColumn {
  readonly rows: Uint32Array | null;
  readonly values: Float64Array;
}

interface Event {
  readonly ts: number;
  readonly data: Readonly<Record<string, number>>;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * The plain way to read an events file: 1 MiB at a time, `JSON.parse` a line, numbers into typed arrays. It knows only
 * numbers, in lines of at most a chunk; it does not merge or sort; a bad line ends it.
 */
export function readByJsonParse(file: string): ParsedEvents {
  const timestamps = new GrowingColumn();
  const columns = new Map<string, GrowingColumn>();
  let events = 0;
  for (const line of linesOf(file)) {
    const { ts, data }: Event = JSON.parse(line);
    timestamps.add(events, ts);
    for (const name in data) {
      let column = columns.get(name);
      if (column === undefined) {
        column = new GrowingColumn();
        columns.set(name, column);
      }
      column.add(events, data[name]);
    }
    events++;
  }
  return {
    timestamps: timestamps.finish(events).values,
    columns: new Map([...columns].map(([name, column]) => [name, column.finish(events)])),
  };
}

/** The lines of a file, without their ends. */
export function* linesOf(file: string): Generator<string> {
  // An unfinished line waits at the front, before what the next read brings.
  const bytes = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  let waiting = 0;
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(descriptor, bytes, waiting, CHUNK_BYTES, null);
      if (length === 0) return;
      const chunk = bytes.subarray(0, waiting + length);
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED, waiting); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        yield chunk.toString('utf8', start, end);
        start = end + 1;
      }
      bytes.copyWithin(0, start, chunk.length);
      waiting = chunk.length - start;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Notes rows only once one is left out. */
class GrowingColumn {
  #values = new Float64Array(16);
  #rows: Uint32Array | null = null;
  #count = 0;

  add(row: number, value: number): void {
    if (this.#count === this.#values.length) this.#grow();
    if (this.#rows === null && row !== this.#count) {
      this.#rows = new Uint32Array(this.#values.length).map((_, i) => i);
    }
    if (this.#rows !== null) this.#rows[this.#count] = row;
    this.#values[this.#count++] = value;
  }

  #grow(): void {
    const values = new Float64Array(2 * this.#count);
    values.set(this.#values);
    this.#values = values;
    if (this.#rows === null) return;
    const rows = new Uint32Array(2 * this.#count);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  finish(events: number): ParsedColumn {
    const values = this.#values.subarray(0, this.#count);
    if (this.#rows !== null) return { rows: this.#rows.subarray(0, this.#count), values };
    return { rows: this.#count === events ? null : Uint32Array.from(values.keys()), values };
  }
}

/** npm `downsample` as its documentation shows it: an array of points, of which it answers with the chosen ones. */
export function downsamplePoints(points: [number, number][], wanted: number): ArrayLike<unknown> {
  return LTTB(points, wanted);
}

/**
 * npm `downsample` over row numbers, x and y looked up: of the ways to call it the fastest seen, and it answers with
 * indices, as the project does.
 *
 * @param rows 0, 1, 2… as many as there are of x and y
 */
export function downsampleRows(rows: Uint32Array, x: Float64Array, y: Float64Array, wanted: number): ArrayLike<number> {
  const choose = createLTTB<number>({ x: (row: number) => x[row], y: (row: number) => y[row] });
  return choose(rows, wanted);
}
