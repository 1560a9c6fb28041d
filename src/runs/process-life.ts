import { inspectProcess } from './process-info.ts';

/** Seconds by which a process may seem to have started after what it did first: clocks drift and are read in ticks. */
const TOLERANCE = 2;
const MAX_PID = 2 ** 31 - 1;

/**
 * Whether the process `pid` that was there at `startedAt` (Unix seconds; null: at any time) still lives. False for what
 * is no process id, for a zombie, and for a process that has the id but started later.
 */
export async function processLives(pid: number | null, startedAt: number | null): Promise<boolean> {
  if (pid === null || !Number.isInteger(pid) || pid < 1 || pid > MAX_PID || !exists(pid)) return false;
  const info = await inspectProcess(pid);
  if (info === undefined) return exists(pid);
  return !info.isZombie && (startedAt === null || info.startedAt <= startedAt + TOLERANCE);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ESRCH') return false;
    // It is there, but belongs to someone else.
    if (error.code === 'EPERM') return true;
    throw error;
  }
}
