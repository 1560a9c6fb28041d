import { Cells } from './cells.ts';

/** A chunk's largest number of events, so that an index within it fits into two bytes. */
export const CHUNK_EVENTS = 65_536;

/** What two axes say of an event: its step, and its timestamp in whole microseconds since 1970. NaN: it has none. */
export type Axis = (typeof AXES)[number];
export const AXES = ['step', 'time'] as const;

/** The keys of consecutive events on one axis. */
export interface AxisKeys {
  readonly keys: Float64Array<ArrayBuffer>;
  /** Every event has a key, and each is greater than the one before. */
  readonly ascending: boolean;
  /** The greatest key; -Infinity where no event has one. */
  readonly highest: number;
}

/** The cells of one column in one chunk. */
export interface ChunkColumn {
  readonly name: string;
  /** The event of each cell, ascending; null: cell i is that of event i. */
  readonly events: Uint16Array<ArrayBuffer> | null;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly holds: ColumnContent;
  /** Which axes show this column: whether an event with a key there has it. */
  readonly shownBy: Readonly<Record<Axis, boolean>>;
}

export interface ColumnContent {
  readonly numbers: boolean;
  /** Texts or booleans. */
  readonly labels: boolean;
  /** Every event has a finite number here. */
  readonly onlyFinite: boolean;
}

/**
 * Consecutive events as columns, which never change: what a reader holds stays as it is while the run grows. All arrays
 * lie in one buffer, so that a worker thread hands a chunk over without a copy.
 */
export interface Chunk {
  readonly events: number;
  readonly axes: Readonly<Record<Axis, AxisKeys>>;
  /** In the order in which the events first show them. */
  readonly columns: ReadonlyMap<string, ChunkColumn>;
  /** What the codes of text cells stand for. */
  readonly texts: readonly string[];
  readonly buffer: ArrayBuffer;
}

/** One column on its way into a chunk: cell i is that of event `events[i]`, ascending. */
export interface ColumnDraft {
  readonly name: string;
  readonly count: number;
  readonly events: Uint16Array;
  readonly cells: Cells;
}

/** A chunk of copies of what is given. Columns with few cells keep those alone, others a cell for every event. */
export function packChunk(
  steps: Float64Array,
  times: Float64Array,
  drafts: readonly ColumnDraft[],
  texts: readonly string[],
): Chunk {
  const events = steps.length;
  const isSparse = (draft: ColumnDraft) => draft.count * 10 < events * 8;
  let words = 2 * events;
  let shorts = 0;
  for (const draft of drafts) {
    words += isSparse(draft) ? draft.count : events;
    shorts += isSparse(draft) ? draft.count : 0;
  }
  const buffer = new ArrayBuffer(words * 8 + shorts * 2);
  let wordAt = 0;
  let shortAt = words * 8;
  const takeWords = (length: number) => {
    const taken = new Float64Array(buffer, wordAt, length);
    wordAt += length * 8;
    return taken;
  };
  const takeShorts = (length: number) => {
    const taken = new Uint16Array(buffer, shortAt, length);
    shortAt += length * 2;
    return taken;
  };

  const axes = { step: packKeys(steps, takeWords(events)), time: packKeys(times, takeWords(events)) };
  const columns = new Map<string, ChunkColumn>();
  for (const draft of drafts) {
    const { name, count } = draft;
    const sparse = isSparse(draft);
    const numbers = takeWords(sparse ? count : events);
    const cells = Cells.over(numbers);
    if (count === events || sparse) {
      cells.copyAll(draft.cells.slice(0, count), 0);
    } else {
      cells.clear();
      for (let i = 0; i < count; i++) cells.copy(draft.events[i], draft.cells, i);
    }
    let cellEvents: Uint16Array<ArrayBuffer> | null = null;
    if (sparse) {
      cellEvents = takeShorts(count);
      cellEvents.set(draft.events.subarray(0, count));
    }
    columns.set(name, {
      name,
      events: cellEvents,
      numbers,
      holds: contentOf(draft, events),
      shownBy: { step: isShown(draft, steps), time: isShown(draft, times) },
    });
  }
  return { events, axes, columns, texts, buffer };
}

function packKeys(source: Float64Array, keys: Float64Array<ArrayBuffer>): AxisKeys {
  keys.set(source);
  let ascending = true;
  let previous = Number.NEGATIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < keys.length; i++) {
    if (!(keys[i] > previous)) ascending = false;
    previous = keys[i];
    if (previous > highest) highest = previous;
  }
  return { keys, ascending, highest };
}

function contentOf({ cells, count }: ColumnDraft, events: number): ColumnContent {
  let numbers = false;
  let labels = false;
  let onlyFinite = count === events;
  for (let i = 0; i < count; i++) {
    if (Number.isFinite(cells.numbers[i])) {
      numbers = true;
      continue;
    }
    onlyFinite = false;
    const kind = cells.kind(i);
    if (kind === 'number') numbers = true;
    else if (kind === 'text' || kind === 'boolean') labels = true;
  }
  return { numbers, labels, onlyFinite };
}

function isShown({ events, count }: ColumnDraft, keys: Float64Array): boolean {
  for (let i = 0; i < count; i++) if (!Number.isNaN(keys[events[i]])) return true;
  return false;
}
