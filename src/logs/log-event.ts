import type { LogRender } from './render.ts';

/** Where to begin, and how lines are to look. */
export interface FollowOptions {
  /** A cursor, to go on behind it; beats `tail`. */
  readonly after?: string | null;
  /** How many of the last lines come first. */
  readonly tail: number;
  /** Whether blank lines, which are delivered anyhow, count among the last ones. They do unless told. */
  readonly countBlank?: boolean;
  readonly render?: LogRender;
}

/**
 * `rotated`: a new file begins, and what was delivered stays valid. In all other cases what was delivered is void:
 * `truncated`: the file was cut or overwritten; `replaced`: another file is at its place.
 */
export type ResetReason = 'truncated' | 'replaced' | 'rotated';

export type LogEvent = LogBatch | LogReset | LogAbsence | LogPresence | LogOmission | LogEnd;

/** Whole lines, at most 1000 and 64 KiB of them, or one line that is longer. May hold none, for the sake of its cursor. */
export interface LogBatch {
  readonly type: 'batch';
  /** Without line ends. */
  readonly lines: readonly string[];
  /** The number in its file of the first line, or of the next one where there is none; null while it is unknown. */
  readonly firstLine: number | null;
  readonly cursor: string;
  /** The unfinished line at the end of the file as it looks now. Null where there is none or it was not asked for. */
  readonly partial: string | null;
}

/** What follows is from the start of a file. */
export interface LogReset {
  readonly type: 'reset';
  readonly reason: ResetReason;
  /** At that start. */
  readonly cursor: string;
}

/** There is no log; what follows comes when there is one. */
interface LogAbsence {
  readonly type: 'absent';
}

/** Now there is one, after all. */
interface LogPresence {
  readonly type: 'present';
}

/** `tail` left out what the log holds before what follows. */
interface LogOmission {
  readonly type: 'omission';
}

/** Everything was delivered, and nothing more is to be expected. Who goes on nevertheless sees what comes after all. */
interface LogEnd {
  readonly type: 'end';
  readonly cursor: string;
}
