import type { Request } from 'express';
import type { RowFormatName } from '../../metrics/answers/row-formats.ts';

const CSV = 'text/csv; charset=utf-8; header=present';

/** What answers in each format are sent as. */
export const MEDIA_TYPE: Readonly<Record<RowFormatName, string>> = { json: 'application/json', csv: CSV };

/** The format that a client likes best; JSON where it likes that as well, and where it likes neither. */
export function rowFormatFor(request: Request): RowFormatName {
  return request.accepts(['application/json; charset=utf-8', CSV]) === CSV ? 'csv' : 'json';
}
