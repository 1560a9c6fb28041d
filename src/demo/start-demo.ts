import { fork } from 'node:child_process';

/** What the process sends when it has written the ended runs, or why it could not. */
export interface DemoReport {
  readonly failure: string | null;
}

/** A process that writes the demo storage and trains in it. */
export interface DemoProcess {
  /** Settles when the ended runs are there; rejects if they cannot be written, or the process ends before. */
  readonly written: Promise<void>;
  /** Kills it at once; settles when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts what writes a demo storage in `directory`. It ends at the latest with this process, and then removes the directory. */
export function startDemo(directory: string): DemoProcess {
  const file = new URL('./demo-process.js', import.meta.url);
  const child = fork(file, [directory], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const written = new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the demo could not be written: ${why}`));
    child.once('message', ({ failure }: DemoReport) => (failure === null ? resolve() : fail(failure)));
    child.once('exit', () => fail('its process was ended'));
  });
  function stop(): Promise<void> {
    child.kill('SIGKILL');
    return ended;
  }
  return { written, stop };
}
