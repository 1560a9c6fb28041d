import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** `startedAt` is Unix seconds, good to a second. */
export interface ProcessInfo {
  readonly isZombie: boolean;
  readonly startedAt: number;
}

/** The unit of times in /proc, 1/100 s on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PS_TIMEOUT_MS = 5000;

/** What the system tells of a process; undefined if it tells nothing, be it that there is no such process. */
export const inspectProcess: (pid: number) => Promise<ProcessInfo | undefined> =
  process.platform === 'linux' ? inspectWithProc : inspectWithPs;

/** Linux. */
export async function inspectWithProc(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const [stat, uptime] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/uptime', 'utf8')]);
    // The second field is the command in parentheses, which may hold blanks and parentheses; the third is the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const bootedAt = Date.now() / 1000 - Number.parseFloat(uptime);
    return { isZombie: fields[0] === 'Z', startedAt: bootedAt + Number(fields[19]) / TICKS_PER_SECOND };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      return undefined;
    }
    throw error;
  }
}

/** macOS, and any other system with a `ps` that knows `lstart`. */
export async function inspectWithPs(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC0' },
      timeout: PS_TIMEOUT_MS,
    });
    return parsePs(stdout);
  } catch (error) {
    // No such process, no `ps`, or none that answers: in each case it tells nothing.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Reads a line like `Ss   Tue Nov 24 11:20:31 2026`, in UTC. */
export function parsePs(line: string): ProcessInfo | undefined {
  const match = /^\s*(\S+)\s+\w{3}\s+(\w{3}\s+\d{1,2}\s+\d\d:\d\d:\d\d\s+\d{4})\s*$/.exec(line);
  if (match === null) return undefined;
  const [, state = '', start = ''] = match;
  return { isZombie: state.startsWith('Z'), startedAt: Date.parse(`${start} UTC`) / 1000 };
}
