import { CSV_ROWS } from './row-csv.ts';
import type { RowFormat } from './row-format.ts';
import { JSON_ROWS } from './row-json.ts';

/** The formats that rows are served in, by names that threads can be sent. */
export const ROW_FORMATS = { json: JSON_ROWS, csv: CSV_ROWS } as const satisfies Record<string, RowFormat>;

export type RowFormatName = keyof typeof ROW_FORMATS;
