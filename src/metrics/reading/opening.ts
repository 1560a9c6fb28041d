import { DataUnreadable } from '../../errors.ts';

/** `reason` is as DataUnreadable has it. */
export type FailedRead = { readonly outcome: 'missing' } | { readonly outcome: 'unreadable'; readonly reason: string };

/** What an error of the file system says of the file; other errors are thrown again. */
export function failedRead(error: unknown): FailedRead {
  if (error instanceof DataUnreadable) return { outcome: 'unreadable', reason: error.reason };
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { outcome: 'missing' };
  return { outcome: 'unreadable', reason: String(error.code) };
}
