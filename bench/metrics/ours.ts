/** The parts of the project that are measured by themselves; everything else is asked of a gateway. */
import { allRows, chooseRows } from '../../src/metrics/rows/row-selection.ts';
import { RowView } from '../../src/metrics/rows/row-view.ts';
import { Cells } from '../../src/metrics/table/cells.ts';
import { CHUNK_EVENTS, type Chunk } from '../../src/metrics/table/chunk.ts';
import { type ColumnDraft, packChunk } from '../../src/metrics/table/pack-chunk.ts';

export { lttb } from '../../src/metrics/rows/lttb.ts';

/** A column of finite numbers. */
export interface Curve {
  /** The row of each, ascending; null: every row has one. */
  readonly rows: Uint32Array | null;
  readonly y: Float64Array;
}

/** A run in memory, as a gateway holds it. */
export interface HeldRun {
  readonly view: RowView;
  readonly columns: number;
}

/** @param x the step of every row */
export function holdRun(x: Float64Array, curves: readonly Curve[]): HeldRun {
  const chunks: Chunk[] = [];
  for (let from = 0; from < x.length; from += CHUNK_EVENTS) {
    const step = x.subarray(from, from + CHUNK_EVENTS);
    const drafts = curves.map((curve) => draftOf(curve, from, from + step.length));
    chunks.push(packChunk(step.length, { step }, drafts, []));
  }
  return { view: new RowView(chunks, 'step'), columns: curves.length };
}

function draftOf({ rows, y }: Curve, from: number, to: number): ColumnDraft {
  const start = rows === null ? from : firstNotBelow(rows, from);
  const end = rows === null ? to : firstNotBelow(rows, to);
  const events = Uint16Array.from({ length: end - start }, (_, i) => (rows === null ? i : rows[start + i] - from));
  return { count: end - start, events, cells: Cells.over(y.subarray(start, end)) };
}

function firstNotBelow(rows: Uint32Array, row: number): number {
  const at = rows.findIndex((other) => other >= row);
  return at < 0 ? rows.length : at;
}

/** @returns the rows that Joint LTTB chooses for all columns together */
export function jointLttb({ view, columns }: HeldRun, wanted: number): Uint32Array {
  const cells = Array.from({ length: columns }, (_, id) => view.column(id));
  const chosen = chooseRows(allRows(view), cells, wanted);
  return Uint32Array.from({ length: chosen.count }, (_, place) => chosen.rowAt(place));
}
