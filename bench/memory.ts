/** How much memory one cold read of an events file takes, in a process of its own for each side. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { newCache } from './ours.ts';
import { readByJsonParse } from './rivals.ts';

const THIS_FILE = fileURLToPath(import.meta.url);

/** @returns the peak resident memory of a process that does nothing but read `file` once, in bytes */
export async function peakMemory(side: 'ours' | 'theirs', file: string): Promise<number> {
  const child = fork(THIS_FILE, [side, file]);
  let peak: unknown;
  child.on('message', (message) => {
    peak = message;
  });
  await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  if (typeof peak !== 'number') throw new Error(`the process that read for "${side}" failed`);
  return peak;
}

async function readHere(side: string | undefined, file: string): Promise<void> {
  if (side === 'ours') {
    const cache = newCache();
    await cache.read(file);
    await cache.close();
  } else {
    readByJsonParse(file);
  }
}

if (process.argv[1] === THIS_FILE && process.argv[3] !== undefined) {
  await readHere(process.argv[2], process.argv[3]);
  process.send?.(process.resourceUsage().maxRSS * 1024);
  process.disconnect();
}
