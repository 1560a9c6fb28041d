/** A cell of a row, NaN and infinities among its numbers; null where there is no value. */
export type Value = number | string | boolean | null;

/** The values of each column for some rows: the axis first. */
export type Values = readonly (readonly Value[])[];

/** What an answer of rows holds as a whole. */
export interface RowsSummary {
  /** The names of the columns: the axis first. */
  readonly names: readonly string[];
  /** Rows before downsampling. */
  readonly total: number;
  /** Rows in the answer. */
  readonly sampled: number;
}

/** How rows are written. */
export interface RowFormat {
  /** What stands before all rows. */
  readonly head: (summary: RowsSummary) => string;
  /** Makes what writes rows in UTF-8: at least one at a time, without `head`, `between` and `foot`. */
  readonly writer: (names: readonly string[]) => (values: Values) => Uint8Array;
  /** What parts the rows that were written at a time from the next. */
  readonly between: string;
  /** What stands behind all rows. */
  readonly foot: (summary: RowsSummary) => string;
  /** About how many characters a cell of a column takes, with what parts it from the next. */
  readonly cellLength: (name: string) => number;
}

/** A number with all its digits, and the marks around it. */
export const NUMBER_LENGTH = 24;
