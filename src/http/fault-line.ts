import { DataUnreadable, RunlensError, StorageTimeout } from '../errors.ts';
import { isExhaustion } from '../system-error.ts';

/**
 * What the operator is told of an error that is no fault of the client's.
 *
 * @param id of the request that met it
 * @param what was asked for
 */
export function faultLine(id: string, what: string, error: unknown): string {
  return `${id} ${what}: ${described(error)}`;
}

/** Of an error of ours its sentence and the file, of others where in the code they come from. */
function described(error: unknown): string {
  if (error instanceof DataUnreadable) return `${error.message} (${error.file})`;
  if (error instanceof StorageTimeout) return `${error.message} (${error.directory})`;
  if (error instanceof RunlensError || isExhaustion(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
