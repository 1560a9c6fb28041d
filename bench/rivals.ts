/** What the project is measured against. */
import { closeSync, openSync, readSync } from 'node:fs';
import { createLTTB } from 'downsample/methods/LTTB.js';

/** A file's numbers, one array a column with a value for every event, and each event's timestamp. */
export interface ParsedEvents {
  readonly timestamps: Float64Array;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

interface Event {
  readonly ts: number;
  readonly data: Readonly<Record<string, number>>;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/**
 * The plain way to read an events file: 1 MiB at a time, `JSON.parse` a line, numbers into typed arrays. It knows only
 * numbers, logged by every event, in lines of at most a chunk; it does not merge or sort; a bad line ends it.
 */
export function readByJsonParse(file: string): ParsedEvents {
  const timestamps = new GrowingColumn();
  const columns = new Map<string, GrowingColumn>();
  let events = 0;
  for (const line of linesOf(file)) {
    const { ts, data }: Event = JSON.parse(line);
    timestamps.set(events, ts);
    for (const name in data) {
      let column = columns.get(name);
      if (column === undefined) {
        column = new GrowingColumn();
        columns.set(name, column);
      }
      column.set(events, data[name]);
    }
    events++;
  }
  return {
    timestamps: timestamps.first(events),
    columns: new Map([...columns].map(([name, column]) => [name, column.first(events)])),
  };
}

function* linesOf(file: string): Generator<string> {
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

class GrowingColumn {
  #values = new Float64Array(1024);

  set(at: number, value: number): void {
    if (at >= this.#values.length) {
      const longer = new Float64Array(2 * at);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[at] = value;
  }

  first(count: number): Float64Array {
    return this.#values.subarray(0, count);
  }
}

/**
 * LTTB of npm `downsample` over row numbers, x and y looked up: of the ways to call it the fastest seen, and it answers
 * with indices, as the project does.
 *
 * @param rows 0, 1, 2… as many as there are of x and y
 */
export function downsampleLttb(rows: Uint32Array, x: Float64Array, y: Float64Array, wanted: number): ArrayLike<number> {
  const choose = createLTTB<number>({ x: (row: number) => x[row], y: (row: number) => y[row] });
  return choose(rows, wanted);
}
