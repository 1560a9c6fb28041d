/** Where runs and their logs come from: a storage, or a gateway. */
export interface RunSource {
  /** For messages. */
  readonly name: string;
  /** All runs, newest first. */
  listRuns(): Promise<readonly RunSummary[]>;
  /** The log of a run as it is now; undefined where it has none. Throws RunNotFound. */
  openLog(runId: string): Promise<StoredLog | undefined>;
  /**
   * The log of a run from its last `tail` lines (null: its first line) on, and what is written to it, until the run has
   * ended. Throws RunNotFound.
   */
  followLog(runId: string, tail: number | null): AsyncIterable<LogPiece>;
}

/** `createdAt` is Unix seconds. */
export interface RunSummary {
  readonly id: string;
  readonly status: string;
  readonly createdAt: number;
  readonly path: string | null;
  readonly alias: string | null;
  readonly bestMetric: { readonly name: string; readonly value: number | null } | null;
}

/** The bytes of a log up to the size that it had when it was opened. */
export interface StoredLog {
  readonly size: number;
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Lines, without their ends, or something that the reader should know at this place. */
export type LogPiece = { readonly lines: readonly string[] } | { readonly notice: string };

export const WAITING: LogPiece = { notice: 'there is no log yet, waiting for it' };

const RESETS = new Map([
  ['rotated', 'the log was rotated, a new file follows'],
  ['truncated', 'the log was truncated, its new content follows'],
  ['replaced', 'the log was replaced, the new one follows'],
]);

/** @param reason a ResetReason, in capitals or not */
export function resetNotice(reason: string): LogPiece {
  return { notice: RESETS.get(reason.toLowerCase()) ?? 'the log begins again' };
}
