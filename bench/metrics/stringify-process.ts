/** `JSON.stringify` of the rows of a run as ready-made objects, in a process of its own, which holds nothing else. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Timed } from '../harness/measure.ts';
import { linesOf } from './rivals.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const ROWS_OF_A_SLICE = 512;

/** All at once, as one would write it; or 512 rows at a time, which is the fastest seen. */
export type Way = 'whole' | 'slices';

/** @returns the time that it took, and how many bytes came of it */
export type Stringify = (way: Way) => Promise<Timed<number>>;

/** Runs `use` with rows made of the `data` of each event. */
export async function withStringify<Result>(
  file: string,
  use: (stringify: Stringify) => Promise<Result>,
): Promise<Result> {
  const child = fork(THIS_FILE, [file]);
  const exited = once(child, 'exit');
  try {
    await once(child, 'message');
    return await use(async (way) => {
      child.send(way);
      const [timed] = await once(child, 'message');
      return timed;
    });
  } finally {
    child.disconnect();
    await exited;
  }
}

function readRows(file: string): object[] {
  const rows: object[] = [];
  for (const line of linesOf(file)) rows.push(JSON.parse(line).data);
  return rows;
}

function stringify(rows: readonly object[], way: Way): Timed<number> {
  const columns = Object.keys(rows[0]);
  globalThis.gc?.();
  const start = performance.now();
  let bytes = 0;
  if (way === 'whole') {
    bytes = JSON.stringify({ columns, rows, total: rows.length, sampled: rows.length }).length;
  } else {
    for (let from = 0; from < rows.length; from += ROWS_OF_A_SLICE) {
      bytes += JSON.stringify(rows.slice(from, from + ROWS_OF_A_SLICE)).length;
    }
  }
  return { answer: bytes, ms: performance.now() - start };
}

if (process.argv[1] === THIS_FILE && process.argv[2] !== undefined) {
  const rows = readRows(process.argv[2]);
  process.on('message', (way: Way) => process.send?.(stringify(rows, way)));
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}
