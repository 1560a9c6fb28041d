import { Cells } from './cells.ts';

/** A chunk's largest number of events, so that an index within it fits into two bytes. */
export const CHUNK_EVENTS = 65_536;

const WORD = Float64Array.BYTES_PER_ELEMENT;
const SHORT = Uint16Array.BYTES_PER_ELEMENT;

/** What two axes say of an event: its step, and its timestamp in whole microseconds since 1970. NaN: it has none. */
export type Axis = (typeof AXES)[number];
export const AXES = ['step', 'time'] as const;

/** The keys of consecutive events on one axis. */
interface AxisKeys {
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

interface ColumnContent {
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
  const slab = new Slab(events, drafts);
  const axes = { step: packKeys(steps, slab.takeWords(events)), time: packKeys(times, slab.takeWords(events)) };
  const columns = new Map<string, ChunkColumn>();
  for (const draft of drafts) {
    columns.set(draft.name, {
      name: draft.name,
      ...packCells(draft, events, slab),
      holds: contentOf(draft, events),
      shownBy: { step: isShown(draft, steps), time: isShown(draft, times) },
    });
  }
  return { events, axes, columns, texts, buffer: slab.buffer };
}

/** Whether the cells of a column take less with their places than one for every event. */
function isSparse({ count }: ColumnDraft, events: number): boolean {
  return count * (WORD + SHORT) < events * WORD;
}

/** The one buffer of a chunk: words first, for their alignment, then shorts. */
class Slab {
  readonly buffer: ArrayBuffer;
  #wordAt = 0;
  #shortAt: number;

  constructor(events: number, drafts: readonly ColumnDraft[]) {
    let words = 2 * events;
    let shorts = 0;
    for (const draft of drafts) {
      words += isSparse(draft, events) ? draft.count : events;
      shorts += isSparse(draft, events) ? draft.count : 0;
    }
    this.buffer = new ArrayBuffer(words * WORD + shorts * SHORT);
    this.#shortAt = words * WORD;
  }

  takeWords(length: number): Float64Array<ArrayBuffer> {
    const taken = new Float64Array(this.buffer, this.#wordAt, length);
    this.#wordAt += taken.byteLength;
    return taken;
  }

  takeShorts(length: number): Uint16Array<ArrayBuffer> {
    const taken = new Uint16Array(this.buffer, this.#shortAt, length);
    this.#shortAt += taken.byteLength;
    return taken;
  }
}

function packCells(draft: ColumnDraft, events: number, slab: Slab): Pick<ChunkColumn, 'events' | 'numbers'> {
  const { count } = draft;
  if (isSparse(draft, events)) {
    const numbers = slab.takeWords(count);
    Cells.over(numbers).copyAll(draft.cells.slice(0, count), 0);
    const places = slab.takeShorts(count);
    places.set(draft.events.subarray(0, count));
    return { events: places, numbers };
  }
  const numbers = slab.takeWords(events);
  const cells = Cells.over(numbers);
  if (count === events) {
    cells.copyAll(draft.cells.slice(0, count), 0);
  } else {
    cells.clear();
    for (let i = 0; i < count; i++) cells.copy(draft.events[i], draft.cells, i);
  }
  return { events: null, numbers };
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
