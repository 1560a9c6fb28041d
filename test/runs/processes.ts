import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './storage.ts';

/** The id of a process that has ended and been reaped. */
export async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return idOf(child);
}

/** The id of a process, of a program of that name, that lives until the test ends. */
export async function livingProcess(name = 'node'): Promise<number> {
  const program = join(temporaryDirectory(), name);
  symlinkSync(process.execPath, program);
  const child = spawn(program, ['--eval', 'setTimeout(() => undefined, 60_000)']);
  endWithTest(child);
  await once(child, 'spawn');
  return idOf(child);
}

/** The id of a process that was killed, and that nobody reaps until the test ends. */
export async function zombieProcess(): Promise<number> {
  // The shell becomes a program that knows nothing of the child that it got, and closes its output as it does so.
  const script = 'sleep 60 > /dev/null & echo $!; exec sleep 60 > /dev/null';
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithTest(parent);
  const pid = Number(await text(parent.stdout));
  process.kill(pid, 'SIGKILL');
  return pid;
}

function endWithTest(child: ChildProcess): void {
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
}

function idOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
}
