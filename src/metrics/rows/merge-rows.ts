import type { Axis } from '../table/axis.ts';
import { Cells } from '../table/cells.ts';
import { CHUNK_EVENTS, type Chunk } from '../table/chunk.ts';
import { type ColumnDraft, packChunk } from '../table/pack-chunk.ts';
import { TextCodes } from '../table/text-codes.ts';
import type { RowPart } from './row-parts.ts';
import { stableOrder } from './stable-order.ts';

const NO_ROW = 0xffff_ffff;

const OTHER_AXIS: Readonly<Record<Axis, Axis>> = { step: 'time', time: 'step' };

/** The events of one chunk, by the rows that they belong to, NO_ROW for none. */
interface Source {
  readonly chunk: Chunk;
  readonly rowOfEvent: Uint32Array;
}

/** The rows that are being made. */
interface Rows {
  /** Of each, on the axis of the rows. */
  readonly keys: Float64Array;
  /** On the other axis: that of its latest event that has one, NaN for none. */
  readonly otherKeys: Float64Array;
  readonly sources: readonly Source[];
}

/** Rows [from, to) of those that are being made. */
interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Makes chunks of a part's rows, ascending by key. Events of one key become one row: of each column the cell of the
 * latest event that has one, and so the key on the other axis.
 */
export function mergeRows(part: RowPart): Chunk[] {
  const rows = assignRows(part);
  const chunks: Chunk[] = [];
  for (let from = 0; from < rows.keys.length; from += CHUNK_EVENTS) {
    chunks.push(mergeChunk(part.axis, rows, { from, to: Math.min(from + CHUNK_EVENTS, rows.keys.length) }));
  }
  return chunks;
}

/** Gives the events of one key one row. */
function assignRows({ axis, sources, after, upTo }: RowPart): Rows {
  const ofEvents = new Float64Array(sources.reduce((sum, { events }) => sum + events, 0));
  const othersOfEvents = new Float64Array(ofEvents.length);
  let at = 0;
  for (const chunk of sources) {
    othersOfEvents.set(chunk.axes[OTHER_AXIS[axis]].keys, at);
    for (const key of chunk.axes[axis].keys) ofEvents[at++] = key > after && key <= upTo ? key : Number.NaN;
  }
  const rowOfEvent = new Uint32Array(ofEvents.length).fill(NO_ROW);
  const keys = new Float64Array(ofEvents.length);
  const otherKeys = new Float64Array(ofEvents.length).fill(Number.NaN);
  let rows = 0;
  for (const event of stableOrder(ofEvents)) {
    if (rows === 0 || ofEvents[event] !== keys[rows - 1]) keys[rows++] = ofEvents[event];
    rowOfEvent[event] = rows - 1;
    if (!Number.isNaN(othersOfEvents[event])) otherKeys[rows - 1] = othersOfEvents[event];
  }
  let first = 0;
  const withRows = sources.map((chunk) => {
    first += chunk.events;
    return { chunk, rowOfEvent: rowOfEvent.subarray(first - chunk.events, first) };
  });
  return { keys: keys.subarray(0, rows), otherKeys: otherKeys.subarray(0, rows), sources: withRows };
}

function mergeChunk(axis: Axis, { sources, ...rows }: Rows, range: RowRange): Chunk {
  const keys = rows.keys.subarray(range.from, range.to);
  const otherKeys = rows.otherKeys.subarray(range.from, range.to);
  const [low, high] = [keys[0], keys[keys.length - 1]];
  const overlapping = sources.filter(({ chunk }) => {
    const { lowest, highest } = chunk.axes[axis];
    return lowest <= high && highest >= low;
  });
  const allIds = new Set(overlapping.flatMap(({ chunk }) => chunk.columns().map(({ id }) => id)));
  const texts = new TextCodes();
  const drafts: ColumnDraft[] = [];
  const ids: number[] = [];
  for (const id of [...allIds].toSorted((a, b) => a - b)) {
    const draft = mergeColumn(id, overlapping, range, texts);
    if (draft.count === 0) continue;
    drafts.push(draft);
    ids.push(id);
  }
  const merged = packChunk(keys.length, { [axis]: keys, [OTHER_AXIS[axis]]: otherKeys }, drafts, texts.texts);
  merged.renumber(ids);
  return merged;
}

function mergeColumn(id: number, sources: readonly Source[], range: RowRange, texts: TextCodes): ColumnDraft {
  const columns = sources.map(({ chunk }) => chunk.column(id));
  const capacity = columns.reduce((sum, column) => sum + (column === undefined ? 0 : column.to - column.from), 0);
  const rows = new Uint32Array(capacity);
  const cells = Cells.ofLength(capacity);
  let count = 0;
  for (const [i, column] of columns.entries()) {
    if (column === undefined) continue;
    const { chunk, rowOfEvent } = sources[i];
    for (let cell = column.from; cell < column.to; cell++) {
      const row = rowOfEvent[column.eventOf(cell)];
      if (row < range.from || row >= range.to || chunk.cells.kind(cell) === 'missing') continue;
      rows[count] = row - range.from;
      texts.copyCell(cells, count++, chunk, cell);
    }
  }
  return latestOfEachRow(rows.subarray(0, count), cells);
}

/** @param rows the row of each cell, in file order */
function latestOfEachRow(rows: Uint32Array, cells: Cells): ColumnDraft {
  const order = stableOrder(rows);
  const events = new Uint16Array(rows.length);
  const latest = Cells.ofLength(rows.length);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    const cell = order[i];
    if (i + 1 < order.length && rows[order[i + 1]] === rows[cell]) continue;
    events[count] = rows[cell];
    latest.copy(count++, cells, cell);
  }
  return { count, events, cells: latest };
}
