import { DataUnreadable } from '../../errors.ts';

/** `why` goes on from the file's name. */
export type FailedRead = { readonly outcome: 'missing' } | { readonly outcome: 'unreadable'; readonly why: string };

/** What an error of the file system says of the file; other errors are thrown again. */
export function failedRead(error: unknown): FailedRead {
  if (error instanceof DataUnreadable) return { outcome: 'unreadable', why: error.why };
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { outcome: 'missing' };
  return { outcome: 'unreadable', why: `cannot be read: ${String(error.code)}` };
}
