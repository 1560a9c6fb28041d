import type { Axis } from './axis.ts';
import { Chunk, type ChunkColumn } from './chunk.ts';
import { appendChunk } from './chunk-merge.ts';
import { collectIfDue } from './shared-memory.ts';

/**
 * The buffer of a chunk as it was read, on its way between threads: its columns still go by their place in `names`, the
 * order in which its events first show them.
 */
export interface NamedChunk {
  readonly buffer: SharedArrayBuffer;
  readonly names: readonly string[];
}

/** What is known of a column without reading it. */
export interface ColumnSummary {
  readonly name: string;
  readonly numbers: boolean;
  /** Texts or booleans. */
  readonly labels: boolean;
  readonly shownBy: Readonly<Record<Axis, boolean>>;
}

/** What a column costs beside its cells: its name, its number and its summary, about. */
const COLUMN_BYTES = 250;

/**
 * The events of one run as columns. A table never changes: appending gives a new one that shares what was there, so a
 * reader keeps a consistent table for as long as it likes.
 */
export class Table {
  readonly chunks: readonly Chunk[];
  /** By number, in the order in which the file first shows them. */
  readonly columns: readonly ColumnSummary[];
  readonly #ids: ReadonlyMap<string, number>;

  private constructor(chunks: readonly Chunk[], columns: readonly ColumnSummary[], ids: ReadonlyMap<string, number>) {
    this.chunks = chunks;
    this.columns = columns;
    this.#ids = ids;
  }

  static empty(): Table {
    return new Table([], [], new Map());
  }

  /** This table and the events of `added` behind it. The chunks belong to the table from now on. */
  append(added: readonly NamedChunk[]): Table {
    if (added.length === 0) return this;
    collectIfDue();
    const ids = new NumberedNames(this.#ids);
    const columns = [...this.columns];
    let chunks = [...this.chunks];
    for (const { buffer, names } of added) {
      const chunk = new Chunk(buffer);
      const numbers = names.map((name) => ids.numberOf(name));
      for (const [i, id] of numbers.entries()) columns[id] ??= { name: names[i], ...NOTHING_KNOWN };
      chunk.renumber(numbers);
      for (const column of chunk.columns()) columns[column.id] = withColumn(columns[column.id], column);
      chunks = appendChunk(chunks, chunk);
    }
    return new Table(chunks, columns, ids.all);
  }

  /** The number of the column of that name. */
  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }

  get events(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.events, 0);
  }

  /** The highest step in the run; null where no event has one. */
  get lastStep(): number | null {
    const highest = Math.max(...this.chunks.map((chunk) => chunk.axes.step.highest));
    return highest === Number.NEGATIVE_INFINITY ? null : highest;
  }

  /** What the table costs in memory. */
  get bytes(): number {
    return bytesOf(this.chunks) + this.columns.reduce((sum, { name }) => sum + COLUMN_BYTES + 2 * name.length, 0);
  }
}

export function bytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

/** Numbers for names: those that they have, the next ones for new names. */
class NumberedNames {
  #all: ReadonlyMap<string, number>;
  /** A copy, from the first new name on: the map given is another table's. */
  #own: Map<string, number> | null = null;

  constructor(known: ReadonlyMap<string, number>) {
    this.#all = known;
  }

  get all(): ReadonlyMap<string, number> {
    return this.#all;
  }

  numberOf(name: string): number {
    const known = this.#all.get(name);
    if (known !== undefined) return known;
    this.#own ??= new Map(this.#all);
    this.#all = this.#own;
    this.#own.set(name, this.#own.size);
    return this.#own.size - 1;
  }
}

const NOTHING_KNOWN = { numbers: false, labels: false, shownBy: { step: false, time: false } };

/** The same summary where the column adds nothing to it. */
function withColumn(known: ColumnSummary, column: ChunkColumn): ColumnSummary {
  const { name, shownBy } = known;
  const numbers = known.numbers || column.hasNumbers;
  const labels = known.labels || column.hasLabels;
  const step = shownBy.step || column.isShownBy('step');
  const time = shownBy.time || column.isShownBy('time');
  const isKnown =
    numbers === known.numbers && labels === known.labels && step === shownBy.step && time === shownBy.time;
  return isKnown ? known : { name, numbers, labels, shownBy: { step, time } };
}
