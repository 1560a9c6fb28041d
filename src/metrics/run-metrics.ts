import type { AnswerCache } from './answers/answer-cache.ts';
import type { ColumnStatistics } from './answers/column-statistics.ts';
import { type Frame, type FrameColumn, type FrameRequest, mostCells } from './answers/frame.ts';
import type { RowFormatName } from './answers/row-formats.ts';
import { type RowsBody, rowsBody } from './answers/rows-body.ts';
import { selectColumns } from './answers/selected-columns.ts';
import type { Content, IngestReport } from './content.ts';
import { encodeCursor } from './cursor.ts';
import type { MetricsPosition } from './position.ts';
import type { RowChunks } from './rows/row-chunks.ts';
import { AXIS_COLUMN, RowView } from './rows/row-view.ts';
import type { Axis } from './table/axis.ts';
import type { Chunk } from './table/chunk.ts';
import type { Table } from './table/table.ts';
import type { SharedView } from './worker.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Columns that REST does not show; the steps are the axis. */
const HIDDEN: ReadonlySet<string> = new Set(['epoch']);

const CHANGED_CELLS = 32_768;

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
  readonly changes: AnswerCache<Changes>;
}

/** For which rows and columns changes are told. */
export interface ChangesRequest {
  readonly axis: Axis;
  /** Null for all columns. */
  readonly columns: readonly string[] | null;
}

/** What has changed since someone got a run's rows. */
export interface Changes {
  /** The rows that have changed and have a value, as they are now. */
  readonly frame: Frame;
  /** The x of rows that had a value and have none any more. */
  readonly removed: Float64Array<ArrayBuffer>;
  /** Where who has got this is. */
  readonly position: MetricsPosition;
}

/** What answers are made with. */
export interface AnswerTools {
  readonly pool: WorkerPool;
  readonly rowChunks: RowChunks;
  readonly answers: Answers;
}

/** The rows of the table along one axis. */
interface View {
  readonly chunks: readonly Chunk[];
  readonly shared: SharedView;
  readonly rows: number;
  /** The columns that events with a key there show. */
  readonly columns: readonly FrameColumn[];
}

/** What an events file was when it was read. */
export interface Snapshot {
  /** Names what was read: other bytes have another tag, in every process that reads the same file. */
  readonly tag: string;
  /** The same in two snapshots where the later one is the earlier one and what was appended. */
  readonly lineage: number;
  /** Where who gets all of it is. */
  readonly position: MetricsPosition;
}

let snapshots = 0;

/** A run's metrics as they stood at one moment, and what was read to know them. Never changes. */
export class RunMetrics implements Snapshot {
  readonly table: Table;
  readonly ingest: IngestReport;
  readonly tag: string;
  readonly lineage: number;
  readonly position: MetricsPosition;
  readonly #tools: AnswerTools;
  readonly #snapshot = snapshots++;
  readonly #columns = new Map<Axis, readonly FrameColumn[]>();

  constructor({ table, ingest }: Content, { tag, lineage, position }: Snapshot, tools: AnswerTools) {
    this.table = table;
    this.ingest = ingest;
    this.tag = tag;
    this.lineage = lineage;
    this.position = position;
    this.#tools = tools;
  }

  /** @param downsample at least 3 rows, chosen by Joint LTTB; null for all */
  async rows(axis: Axis, downsample: number | null, format: RowFormatName): Promise<MetricRows> {
    const { shared, rows: total, columns } = await this.#view(axis);
    const wanted = Math.min(total, downsample ?? total);
    const shown = columns.filter(({ name }) => !HIDDEN.has(name));
    const request = { format, view: shared, columns: shown, total, wanted };
    const { pool, answers } = this.#tools;
    const body = rowsBody(pool, request, answers.bodies, `${this.#snapshot} ${axis} ${wanted} ${format}`);
    return { rowCount: wanted, totalCount: total, lastStep: this.table.lastStep, body };
  }

  /** Selected columns, each an array. */
  async frame(request: FrameRequest): Promise<Frame> {
    const key = `${this.#snapshot} ${JSON.stringify(request)}`;
    return this.#tools.answers.frames.get(key, () => this.#frame(request));
  }

  /** How many cells, x included, the frame that is asked for holds at most. Takes no more than to put rows in order. */
  async mostCells({ axis, columns: wanted, derived, ...options }: FrameRequest): Promise<number> {
    const { chunks, columns: shown } = await this.#view(axis);
    const { columns } = selectColumns({ columns: wanted, derived }, shown, this.table);
    return mostCells(new RowView(chunks, axis), columns, options);
  }

  async #frame({ axis, columns: wanted, derived, ...options }: FrameRequest): Promise<Frame> {
    const { shared, columns: shown } = await this.#view(axis);
    const { columns, missingColumns } = selectColumns({ columns: wanted, derived }, shown, this.table);
    const rows = await this.#tools.pool.run('frame', { ...shared, columns, options });
    return { axis, missingColumns, ...this.#read(axis, this.position), ...rows };
  }

  /**
   * What has changed since someone was at a position of this lineage: all of it, or as much of it as an event should hold.
   * Who has got all of it is at `position`.
   */
  async changes(since: MetricsPosition, request: ChangesRequest): Promise<Changes> {
    const key = `${this.#snapshot} ${JSON.stringify([since.events, since.provisional, request])}`;
    return this.#tools.answers.changes.get(key, () => this.#changes(since, request));
  }

  async #changes(since: MetricsPosition, { axis, columns: wanted }: ChangesRequest): Promise<Changes> {
    const { shared, columns: shown } = await this.#view(axis);
    const { columns, missingColumns } = selectColumns({ columns: wanted, derived: [] }, shown, this.table);
    const from = Math.min(since.events, this.position.events);
    const to = Math.min(from + mostEvents(columns.length), this.position.events);
    const task = {
      ...shared,
      columns: JSON.stringify(columns),
      showAll: wanted !== null,
      table: this.table.chunks.map(({ buffer }) => buffer),
      source: {
        from,
        to: to === this.position.events ? this.table.events : to,
        doubtful: since.provisional?.[axis] ?? null,
      },
    };
    const { rows, removed } = await this.#tools.pool.run('changes', task);
    const position = to === this.position.events ? this.position : { ...this.position, events: to };
    return { frame: { axis, missingColumns, ...this.#read(axis, position), ...rows }, removed, position };
  }

  /** What a frame tells of the whole run, and the place up to which whoever gets it has got all. */
  #read(axis: Axis, upTo: MetricsPosition): Pick<Frame, 'lastStep' | 'timeOrigin' | 'cursor'> {
    return {
      lastStep: this.table.lastStep,
      timeOrigin: this.position.origin,
      cursor: encodeCursor(axis, upTo),
    };
  }

  /** The columns that events with a key on that axis show, in the order in which the file first shows them. */
  columns(axis: Axis): readonly FrameColumn[] {
    const columns = this.#columns.get(axis) ?? shownColumns(this.table, axis);
    this.#columns.set(axis, columns);
    return columns;
  }

  /** What the rows of that axis hold of each of these columns. */
  async statistics(axis: Axis, columns: readonly FrameColumn[]): Promise<readonly ColumnStatistics[]> {
    const { shared } = await this.#view(axis);
    return this.#tools.pool.run('statistics', { ...shared, ids: columns.map(({ id }) => id) });
  }

  async #view(axis: Axis): Promise<View> {
    const chunks = await this.#tools.rowChunks.of(this.table.chunks, axis);
    const rows = chunks.reduce((sum, { events }) => sum + events, 0);
    const shared = { axis, buffers: chunks.map(({ buffer }) => buffer) };
    return { chunks, shared, rows, columns: this.columns(axis) };
  }
}

/** An event holds the rows of so many events that its JSON takes a few milliseconds to make. */
function mostEvents(columns: number): number {
  return Math.ceil(CHANGED_CELLS / Math.max(1, columns));
}

function shownColumns({ columns }: Table, axis: Axis): FrameColumn[] {
  return columns
    .map(({ name, numbers, labels, shownBy }, id) => ({
      isShown: shownBy[axis],
      column: { id, name, numbers, labels, made: null },
    }))
    .filter(({ isShown, column }) => isShown && column.name !== AXIS_COLUMN[axis])
    .map(({ column }) => column);
}
