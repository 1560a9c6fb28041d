import { constants } from 'node:fs';

/** How a file is opened: a FIFO without a writer would block the thread for ever. */
export const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

export type FailedRead = { readonly outcome: 'missing' } | { readonly outcome: 'unreadable'; readonly why: string };

/** What an error of the file system says of the file; other errors are thrown again. */
export function failedRead(error: unknown): FailedRead {
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { outcome: 'missing' };
  return { outcome: 'unreadable', why: String(error.code) };
}
