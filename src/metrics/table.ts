import { Cells } from './cells.ts';
import type { Axis, Chunk } from './chunk.ts';
import { appendChunk } from './chunk-merge.ts';
import { TextDictionary } from './text-dictionary.ts';

/** What is known of a column without reading it. */
export interface ColumnSummary {
  readonly name: string;
  readonly numbers: boolean;
  /** Texts or booleans. */
  readonly labels: boolean;
  readonly shownBy: Readonly<Record<Axis, boolean>>;
}

/** About what a column costs beside its cells. */
const COLUMN_OVERHEAD = 400;

/**
 * The events of one run as columns. A table never changes: appending gives a new one that shares what was there, so a
 * reader keeps a consistent table for as long as it likes.
 */
export class Table {
  readonly chunks: readonly Chunk[];
  readonly events: number;
  /** By name, in the order in which the file first shows them. */
  readonly columns: ReadonlyMap<string, ColumnSummary>;
  readonly texts: TextDictionary;

  private constructor(chunks: readonly Chunk[], columns: ReadonlyMap<string, ColumnSummary>, texts: TextDictionary) {
    this.chunks = chunks;
    this.events = chunks.reduce((sum, chunk) => sum + chunk.events, 0);
    this.columns = columns;
    this.texts = texts;
  }

  static empty(): Table {
    return new Table([], new Map(), new TextDictionary());
  }

  /** This table and the events of `chunks` behind it. The chunks belong to the table from now on. */
  append(chunks: readonly Chunk[]): Table {
    if (chunks.length === 0) return this;
    let all = [...this.chunks];
    let columns = this.columns;
    for (const chunk of chunks) {
      translateTexts(chunk, this.texts);
      all = appendChunk(all, chunk);
      columns = withColumnsOf(columns, chunk);
    }
    return new Table(all, columns, this.texts);
  }

  /** The highest step in the run; null where no event has one. */
  get lastStep(): number | null {
    const highest = Math.max(...this.chunks.map(({ axes }) => axes.step.highest));
    return highest === Number.NEGATIVE_INFINITY ? null : highest;
  }

  /** About what the table costs in memory. */
  get bytes(): number {
    let bytes = this.texts.bytes + this.columns.size * COLUMN_OVERHEAD;
    for (const chunk of this.chunks) bytes += chunk.buffer.byteLength + chunk.columns.size * COLUMN_OVERHEAD;
    return bytes;
  }
}

/** Makes the codes of a new chunk's texts those of the run. */
function translateTexts(chunk: Chunk, dictionary: TextDictionary): void {
  if (chunk.texts.length === 0) return;
  const codes = chunk.texts.map((text) => dictionary.codeOf(text));
  for (const { numbers, holds } of chunk.columns.values()) {
    if (!holds.labels) continue;
    const cells = Cells.over(numbers);
    for (let i = 0; i < cells.length; i++) if (cells.kind(i) === 'text') cells.setText(i, codes[cells.textCode(i)]);
  }
}

function withColumnsOf(known: ReadonlyMap<string, ColumnSummary>, chunk: Chunk): ReadonlyMap<string, ColumnSummary> {
  const columns = new Map(known);
  for (const { name, holds, shownBy } of chunk.columns.values()) {
    const before = columns.get(name) ?? { numbers: false, labels: false, shownBy: { step: false, time: false } };
    columns.set(name, {
      name,
      numbers: before.numbers || holds.numbers,
      labels: before.labels || holds.labels,
      shownBy: { step: before.shownBy.step || shownBy.step, time: before.shownBy.time || shownBy.time },
    });
  }
  return columns;
}
