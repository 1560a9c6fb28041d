import { fork } from 'node:child_process';

/**
 * Starts a process that trains below `directory`, and that ends at the latest with this one.
 * @returns what kills it at once; its promise settles when it is gone
 */
export function startLiveRun(directory: string): () => Promise<void> {
  const file = new URL('./live-run.js', import.meta.url);
  const child = fork(file, [directory], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return () => {
    child.kill('SIGKILL');
    return ended;
  };
}
