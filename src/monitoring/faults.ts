import type { Logger } from 'pino';
import { DataUnreadable, RunlensError, StorageTimeout } from '../errors.ts';
import { isExhaustion } from '../system-error.ts';

/**
 * Tells the operator of an error that is no fault of the client's.
 *
 * @param requestId of the request that met it
 * @param what was asked for
 */
export type ReportFault = (requestId: string, what: string, error: unknown) => void;

export function faultsTo(log: Logger): ReportFault {
  return (requestId, what, error) => {
    log.error({ requestId, ...placeOf(error) }, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

/** Of an error of ours the file, of others where in the code they come from. */
function placeOf(error: unknown): object {
  if (error instanceof DataUnreadable) return { code: error.code, file: error.file };
  if (error instanceof StorageTimeout) return { code: error.code, directory: error.directory };
  if (error instanceof RunlensError) return { code: error.code };
  if (isExhaustion(error)) return { code: error.code };
  return error instanceof Error ? { stack: error.stack } : {};
}
