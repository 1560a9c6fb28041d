import type { RowsTask, SharedView } from '../worker.ts';
import type { WorkerPool } from '../worker-pool.ts';
import type { AnswerCache } from './answer-cache.ts';
import { NUMBER_LENGTH, type RowFormat, type RowsSummary } from './row-format.ts';
import { ROW_FORMATS, type RowFormatName } from './row-formats.ts';
import { type NamedColumn, rowNames } from './row-text.ts';

/** A longer answer is written piece by piece, and not kept. In characters, about. */
const MOST_AT_ONCE = 1 << 23;
/** About so many characters make a piece, */
const PIECE = 1 << 21;
/** and so many pieces are made while another one is taken. */
const PIECES_AHEAD = 2;

/** What rows an answer holds. */
export interface RowsRequest {
  readonly format: RowFormatName;
  readonly view: SharedView;
  readonly columns: readonly NamedColumn[];
  /** The rows of the view. */
  readonly total: number;
  /** The rows of the answer, at most `total`: where they are fewer, at least 3, chosen by Joint LTTB. */
  readonly wanted: number;
}

/** Rows with all that their format puts around them, in UTF-8: at once, or in pieces made as they are taken. */
export type RowsBody = WholeBody | { readonly kind: 'pieces'; pieces(): AsyncIterable<Uint8Array> };

interface WholeBody {
  readonly kind: 'whole';
  bytes(): Promise<Uint8Array>;
  /** The body in another form, which is kept as the body is. */
  form(name: string, make: (bytes: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** @param key says which body of all that `kept` holds it is */
export function rowsBody(pool: WorkerPool, request: RowsRequest, kept: AnswerCache<Uint8Array>, key: string): RowsBody {
  if (request.wanted * rowLength(request) > MOST_AT_ONCE) {
    return { kind: 'pieces', pieces: () => bodyPieces(pool, request) };
  }
  const bytes = () => kept.get(key, () => wholeBody(pool, request));
  const form: WholeBody['form'] = (name, make) => kept.get(`${key} ${name}`, async () => make(await bytes()));
  return { kind: 'whole', bytes, form };
}

async function wholeBody(pool: WorkerPool, request: RowsRequest): Promise<Uint8Array> {
  const { format, view, total, wanted } = request;
  const { head, foot } = around(request);
  const columns = columnsJson(request);
  const rows = wanted < total ? { sample: wanted } : { from: 0, to: total };
  const text = await pool.run('rows', { ...view, format, columns, rows });
  return Buffer.concat([head, text, foot]);
}

async function* bodyPieces(pool: WorkerPool, request: RowsRequest): AsyncGenerator<Uint8Array> {
  const { format, view } = request;
  const { head, between, foot } = around(request);
  const columns = columnsJson(request);
  const pieces = await cut(pool, request);
  const made: Promise<Uint8Array>[] = [];
  yield head;
  for (let i = 0; i < pieces.length; i++) {
    for (let next = i + made.length; next < pieces.length && next <= i + PIECES_AHEAD; next++) {
      const piece = pool.run('rows', { ...view, format, columns, rows: pieces[next] });
      // Should nobody take it any more, nobody needs to know that it failed.
      piece.catch(() => undefined);
      made.push(piece);
    }
    if (i > 0) yield between;
    const piece = await made.shift();
    if (piece !== undefined) yield piece;
  }
  yield foot;
}

async function cut(pool: WorkerPool, request: RowsRequest): Promise<RowsTask['rows'][]> {
  const { view, total, wanted } = request;
  const length = Math.max(1, Math.floor(PIECE / rowLength(request)));
  const starts = Array.from({ length: Math.ceil(wanted / length) }, (_, i) => i * length);
  if (wanted === total) return starts.map((from) => ({ from, to: Math.min(from + length, total) }));
  const chosen = await pool.run('sample', { ...view, columns: columnsJson(request), wanted });
  return starts.map((from) => ({ list: chosen.slice(from, from + length) }));
}

function columnsJson({ columns }: RowsRequest): string {
  return JSON.stringify(columns, ['id', 'name']);
}

/** About how long a row is. */
function rowLength({ format, columns }: RowsRequest): number {
  const { cellLength }: RowFormat = ROW_FORMATS[format];
  return columns.reduce((sum, { name }) => sum + cellLength(name), NUMBER_LENGTH);
}

/** What the format puts around rows. */
function around({ format, view, columns, total, wanted }: RowsRequest): Record<'head' | 'between' | 'foot', Buffer> {
  const { head, between, foot }: RowFormat = ROW_FORMATS[format];
  const summary: RowsSummary = { names: rowNames(view.axis, columns), total, sampled: wanted };
  return { head: Buffer.from(head(summary)), between: Buffer.from(between), foot: Buffer.from(foot(summary)) };
}
