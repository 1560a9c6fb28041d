import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { StorageBounds } from '../storage/files.ts';
import { type ChangedRows, type ChangeSource, changedRows } from './answers/changed-rows.ts';
import { type ColumnStatistics, columnStatistics } from './answers/column-statistics.ts';
import { type FrameColumn, type FrameOptions, type FrameRows, frameRows, inOneBuffer } from './answers/frame.ts';
import { ROW_FORMATS, type RowFormatName } from './answers/row-formats.ts';
import { type NamedColumn, rowsText } from './answers/row-text.ts';
import { deriveColumn } from './derived/derive-column.ts';
import type { FileMark } from './reading/file-mark.ts';
import { type ReadOutcome, type ReadTask, readNewEvents } from './reading/open-events.ts';
import { holdsPosition, markedPrint, type PrintedPosition } from './reading/position-print.ts';
import { type Piece, type PieceRead, readPiece as readEventsPiece } from './reading/read-events.ts';
import { mergeRows } from './rows/merge-rows.ts';
import { allRows, chooseRows, type RowSelection, rowsAt, rowsOf } from './rows/row-selection.ts';
import { RowView } from './rows/row-view.ts';
import type { Axis } from './table/axis.ts';
import { Chunk } from './table/chunk.ts';
import { tooManyColumns } from './table/chunk-builder.ts';
import { collectIfDue } from './table/shared-memory.ts';

/** The chunks of a view, by the only part of them that threads share. */
export interface SharedView {
  readonly axis: Axis;
  readonly buffers: readonly SharedArrayBuffer[];
}

export interface PieceTask {
  readonly fd: number;
  readonly piece: Piece;
}

export interface PrintTask {
  readonly fd: number;
  readonly mark: FileMark;
  readonly offset: number;
}

export interface HoldsTask {
  readonly file: string;
  readonly bounds: StorageBounds;
  readonly position: PrintedPosition;
}

export interface MergeTask extends SharedView {
  readonly after: number;
  readonly upTo: number;
}

/** `NamedColumn`s as JSON: to copy very many objects for a thread would hold up the loop. */
export type ColumnsJson = string;

export interface RowsTask extends SharedView {
  readonly format: RowFormatName;
  readonly columns: ColumnsJson;
  /** Consecutive rows, some, or a sample of all: at least 3 rows. */
  readonly rows:
    | { readonly from: number; readonly to: number }
    | { readonly list: Uint32Array }
    | { readonly sample: number };
}

export interface SampleTask extends SharedView {
  readonly columns: ColumnsJson;
  readonly wanted: number;
}

export interface FrameTask extends SharedView {
  readonly columns: readonly FrameColumn[];
  readonly options: FrameOptions;
}

export interface ChangesTask extends SharedView {
  /** `FrameColumn`s as JSON, as above. */
  readonly columns: string;
  readonly showAll: boolean;
  readonly table: readonly SharedArrayBuffer[];
  readonly source: Omit<ChangeSource, 'table'>;
}

export interface StatisticsTask extends SharedView {
  readonly ids: readonly number[];
}

// What follows are the tasks of a thread. They are plain work on what they are given, and keep nothing.

/** Is there to have a thread started. */
export function nothing(_task: null): void {}

export function readNew(task: ReadTask): ReadOutcome {
  return readNewEvents(task);
}

export function readPiece({ fd, piece }: PieceTask): PieceRead | 'tooWide' {
  try {
    return readEventsPiece(fd, piece);
  } catch (error) {
    if (error === tooManyColumns) return 'tooWide';
    throw error;
  }
}

export function print({ fd, mark, offset }: PrintTask): string | null {
  return markedPrint(fd, mark, offset);
}

export function holds({ file, bounds, position }: HoldsTask): boolean {
  return holdsPosition(file, bounds, position);
}

/** @returns the buffers of the merged chunks */
export function merge({ buffers, ...part }: MergeTask): SharedArrayBuffer[] {
  return mergeRows({ ...part, sources: buffers.map((buffer) => new Chunk(buffer)) }).map(({ buffer }) => buffer);
}

/** @returns the text of rows in UTF-8 */
export function rows({ format, columns: columnsJson, rows: which, ...shared }: RowsTask): Uint8Array<ArrayBuffer> {
  const columns = parseColumns(columnsJson);
  const bytes = rowsText(select(viewOf(shared), columns, which), columns, ROW_FORMATS[format]);
  return moved(bytes, [bytes.buffer]);
}

/** @returns the rows that Joint LTTB chooses */
export function sample({ columns, wanted, ...shared }: SampleTask): Uint32Array {
  const chosen = select(viewOf(shared), parseColumns(columns), { sample: wanted });
  return Uint32Array.from({ length: chosen.count }, (_, place) => chosen.rowAt(place));
}

function select(view: RowView, columns: readonly NamedColumn[], which: RowsTask['rows']): RowSelection {
  if ('from' in which) return rowsAt(view, which.from, which.to);
  if ('list' in which) return rowsOf(view, which.list);
  const cells = columns.map(({ id }) => view.column(id));
  return chooseRows(allRows(view), cells, which.sample);
}

function parseColumns(json: ColumnsJson): readonly NamedColumn[] {
  const columns: readonly NamedColumn[] = JSON.parse(json);
  return columns;
}

export function frame({ columns, options, ...shared }: FrameTask): FrameRows {
  const answer = inOneBuffer(frameRows(viewOf(shared, columns), columns, options));
  return moved(answer, [answer.x.buffer]);
}

export function changes({ columns: columnsJson, showAll, table, source, ...shared }: ChangesTask): ChangedRows {
  const columns: readonly FrameColumn[] = JSON.parse(columnsJson);
  const chunks = table.map((buffer) => new Chunk(buffer));
  const { rows: found, removed } = changedRows(viewOf(shared), { ...source, table: chunks }, columns, showAll);
  const answer = { rows: inOneBuffer(found), removed };
  return moved(answer, [answer.rows.x.buffer, removed.buffer]);
}

/** @param ids of the columns @returns the statistics of each */
export function statistics({ ids, ...shared }: StatisticsTask): ColumnStatistics[] {
  const view = viewOf(shared);
  return ids.map((id) => columnStatistics(view, id));
}

function viewOf({ axis, buffers }: SharedView, columns: readonly FrameColumn[] = []): RowView {
  collectIfDue();
  const chunks = buffers.map((buffer) => new Chunk(buffer));
  const derived = new Map<number, readonly Chunk[]>();
  for (const { id, made } of columns) if (made !== null) derived.set(id, deriveColumn(chunks, made));
  return new RowView(chunks, axis, derived);
}

/** Marks an answer, so that the thread that asked gets its memory instead of a copy. */
function moved<Answer extends object>(answer: Answer, buffers: readonly ArrayBuffer[]): Answer {
  const marked = Object.assign(answer, { [transferableSymbol]: buffers, [valueSymbol]: answer });
  move(marked);
  return marked;
}
