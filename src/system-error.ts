/** Errors that speak of this process or machine, not of the path that was asked for. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/** An error of a system call. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
}

/** Whether a system call failed because of its path (missing, forbidden, too long, a bad disk), so that other paths may do. */
export function isPathError(error: unknown): error is SystemError {
  return isSystemError(error) && !EXHAUSTED.has(error.code);
}

/** Whether a system call failed for want of something that the whole process or machine shares. */
export function isExhaustion(error: unknown): error is SystemError {
  return isSystemError(error) && isExhaustionCode(error.code);
}

/** The same of an error's code. */
export function isExhaustionCode(code: string): boolean {
  return EXHAUSTED.has(code);
}

/** Whether a system call failed because nothing is at its path. */
export function isAbsence(error: unknown): error is SystemError {
  return isSystemError(error) && ABSENT.has(error.code);
}

/** Whether it is an error of a system call. */
export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
