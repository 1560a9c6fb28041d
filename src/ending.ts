import { setTimeout as pause } from 'node:timers/promises';

/** What ends the gateway; the last one comes from a terminal that is closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof STOP_SIGNALS)[number];

/** Calls that are not stuck come back sooner. */
const MOST_WAIT_MS = 500;

/**
 * Ends the process with that exit code. An exit would wait for threads whose calls to files do not return, perhaps for ever:
 * where there may be such the process ends by the signal that it was sent, which waits for nothing.
 */
export async function endProcess(signal: StopSignal, exitCode: number): Promise<void> {
  const begunAt = performance.now();
  while (isCallUnderWay() && performance.now() - begunAt < MOST_WAIT_MS) await pause(10);
  if (!isCallUnderWay()) process.exit(exitCode);
  endBySignal(signal);
}

/** Of whatever file: also that of the token may be a pipe that nobody writes to, or lie on a mount whose server is gone. */
function isCallUnderWay(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

/** As if nobody had listened to the signal. */
export function endBySignal(signal: StopSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
