/** Runs with logs of ordinary, numbered lines: all 100 bytes long, so that sizes and counts say the same. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { uniformAt } from './random.ts';

export const LINE_BYTES = 100;

const SEED = 20_240_102;
const NUMBER = 9;
const LINES_A_WRITE = 8192;

export interface LoggedRun {
  readonly id: string;
  /** Of its log. */
  readonly file: string;
}

/** Makes a running run in a storage root, with a log of lines [0, `count`). */
export async function makeRun(storage: string, id: string, count: number): Promise<LoggedRun> {
  const directory = join(storage, 'runs', id);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'meta.json'), JSON.stringify({ id }));
  await writeFile(join(directory, 'status.json'), JSON.stringify({ status: 'running' }));
  const file = join(directory, 'logs.txt');
  const stream = createWriteStream(file);
  for (let from = 0; from < count; from += LINES_A_WRITE) {
    if (!stream.write(logLines(from, Math.min(from + LINES_A_WRITE, count)))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
  return { id, file };
}

/** Lines [from, to), with their ends. */
export function logLines(from: number, to: number): string {
  let text = '';
  for (let number = from; number < to; number++) text += `${logLine(number)}\n`;
  return text;
}

function logLine(number: number): string {
  const loss = uniformAt(SEED, number).toFixed(6);
  const line = `${String(number).padStart(NUMBER, '0')} 2024-01-01 12:00:00,000 INFO trainer: step ${number} loss ${loss}`;
  return `${line} lr 1.5e-4`.padEnd(LINE_BYTES - 1, '.');
}

export function lineNumber(line: string): number {
  return Number(line.slice(0, NUMBER));
}
