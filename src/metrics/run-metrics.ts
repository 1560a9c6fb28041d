import type { AnswerCache } from './answers/answer-cache.ts';
import type { Frame, FrameColumn, FrameRequest } from './answers/frame.ts';
import { type RowsBody, rowsBody } from './answers/rows-body.ts';
import type { Content, IngestReport } from './content.ts';
import type { RowChunks } from './rows/row-chunks.ts';
import { AXIS_COLUMN } from './rows/row-view.ts';
import type { Axis } from './table/axis.ts';
import type { Table } from './table/table.ts';
import type { SharedView } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Columns that REST does not show; the steps are the axis. */
const HIDDEN: ReadonlySet<string> = new Set(['epoch']);

/** A run's metrics as rows. */
export interface MetricRows {
  readonly rowCount: number;
  /** Rows before downsampling. */
  readonly totalCount: number;
  readonly lastStep: number | null;
  readonly body: RowsBody;
}

/** Answers that are kept, of all runs. */
export interface Answers {
  readonly bodies: AnswerCache<Uint8Array>;
  readonly frames: AnswerCache<Frame>;
}

/** What answers are made with. */
export interface AnswerTools {
  readonly pool: WorkerPool;
  readonly rowChunks: RowChunks;
  readonly answers: Answers;
}

/** The rows of the table along one axis. */
interface View {
  readonly shared: SharedView;
  readonly rows: number;
  /** The columns that events with a key there show. */
  readonly columns: readonly FrameColumn[];
}

let snapshots = 0;

/** A run's metrics as they stood at one moment, and what was read to know them. Never changes. */
export class RunMetrics {
  readonly table: Table;
  readonly ingest: IngestReport;
  /** Names what was read: other bytes have another tag, in every process that reads the same file. */
  readonly tag: string;
  readonly #tools: AnswerTools;
  readonly #snapshot = snapshots++;
  readonly #columns = new Map<Axis, readonly FrameColumn[]>();

  constructor({ table, ingest }: Content, tag: string, tools: AnswerTools) {
    this.table = table;
    this.ingest = ingest;
    this.tag = tag;
    this.#tools = tools;
  }

  /** @param downsample at least 3 rows, chosen by Joint LTTB; null for all */
  async rows(axis: Axis, downsample: number | null): Promise<MetricRows> {
    const { shared, rows: total, columns } = await this.#view(axis);
    const wanted = Math.min(total, downsample ?? total);
    const request = { view: shared, columns: columns.filter(({ name }) => !HIDDEN.has(name)), total, wanted };
    const { pool, answers } = this.#tools;
    const body = rowsBody(pool, request, answers.bodies, `${this.#snapshot} ${axis} ${wanted}`);
    return { rowCount: wanted, totalCount: total, lastStep: this.table.lastStep, body };
  }

  /** Selected columns, each an array. */
  async frame(request: FrameRequest): Promise<Frame> {
    const key = `${this.#snapshot} ${JSON.stringify(request)}`;
    return this.#tools.answers.frames.get(key, () => this.#frame(request));
  }

  async #frame({ axis, columns, range, points, mode }: FrameRequest): Promise<Frame> {
    const { shared, columns: shown } = await this.#view(axis);
    const byName = new Map(shown.map((column) => [column.name, column]));
    const names = [...new Set(columns ?? byName.keys())];
    const selected = names.map((name) => byName.get(name)).filter((column) => column !== undefined);
    const options = { range, points, mode };
    const rows = await this.#tools.pool.run('frame', { ...shared, columns: selected, options });
    const missingColumns = names.filter((name) => !byName.has(name));
    return { axis, missingColumns, lastStep: this.table.lastStep, ...rows };
  }

  async #view(axis: Axis): Promise<View> {
    const chunks = await this.#tools.rowChunks.of(this.table.chunks, axis);
    const rows = chunks.reduce((sum, { events }) => sum + events, 0);
    const shared = { axis, buffers: chunks.map(({ buffer }) => buffer) };
    return { shared, rows, columns: this.#columnsOf(axis) };
  }

  #columnsOf(axis: Axis): readonly FrameColumn[] {
    const columns = this.#columns.get(axis) ?? shownColumns(this.table, axis);
    this.#columns.set(axis, columns);
    return columns;
  }
}

function shownColumns({ columns }: Table, axis: Axis): FrameColumn[] {
  return columns
    .map(({ name, numbers, labels, shownBy }, id) => ({
      isShown: shownBy[axis],
      column: { id, name, numbers, labels },
    }))
    .filter(({ isShown, column }) => isShown && column.name !== AXIS_COLUMN[axis])
    .map(({ column }) => column);
}
