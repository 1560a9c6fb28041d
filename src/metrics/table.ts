import { type Axis, Chunk, type ChunkColumn } from './chunk.ts';
import { appendChunk } from './chunk-merge.ts';

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
    const ids = withNames(
      this.#ids,
      added.flatMap(({ names }) => names),
    );
    const columns = [...this.columns];
    let chunks = [...this.chunks];
    for (const { buffer, names } of added) {
      const chunk = new Chunk(buffer);
      chunk.renumber(names.map((name) => idOf(ids, name)));
      for (const name of names) {
        const id = idOf(ids, name);
        const column = chunk.column(id);
        if (column !== undefined) columns[id] = summarize(name, columns[id], column);
      }
      chunks = appendChunk(chunks, chunk);
    }
    return new Table(chunks, columns, ids);
  }

  /** @returns undefined where no event of the run has such a column */
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

/** Numbers for new names; the same map where all are known. */
function withNames(ids: ReadonlyMap<string, number>, names: readonly string[]): ReadonlyMap<string, number> {
  const added = names.filter((name) => !ids.has(name));
  if (added.length === 0) return ids;
  const more = new Map(ids);
  for (const name of added) if (!more.has(name)) more.set(name, more.size);
  return more;
}

function idOf(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new TypeError(`no column is called ${name}`);
  return id;
}

function summarize(name: string, before: ColumnSummary | undefined, column: ChunkColumn): ColumnSummary {
  return {
    name,
    numbers: before?.numbers === true || column.hasNumbers,
    labels: before?.labels === true || column.hasLabels,
    shownBy: {
      step: before?.shownBy.step === true || column.isShownBy('step'),
      time: before?.shownBy.time === true || column.isShownBy('time'),
    },
  };
}
