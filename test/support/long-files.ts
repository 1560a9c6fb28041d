/** Runs whose files are long. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { START, type TestStorage } from './storage.ts';

const LINES_A_WRITE = 8192;
const STATES_OF_A_BAR = 20;

const coloured = (code: number, text: string) => `\u001B[${code}m${text}\u001B[0m`;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;

/** Adds a run whose log has `count` lines: {@link longLogLine} tells which. @returns its directory */
export async function longLog(storage: TestStorage, id: string, count: number): Promise<string> {
  const directory = await storage.addRun(id);
  await writeLines(join(directory, 'logs.txt'), count, longLogLine);
  return directory;
}

/**
 * A line of a long log, without its end. It begins with `line` and its number, counted from 1. Each 1000th is a progress bar
 * that was drawn over itself until it was full, each 777th an error in red, each 100th a warning in yellow.
 */
export function longLogLine(number: number): string {
  if (number % 1000 === 0) return progressBar(number);
  if (number % 777 === 0) return `line ${number} ${coloured(RED, 'ERROR')} rank ${number % 8} is gone, trying again`;
  if (number % 100 === 0) return `line ${number} ${coloured(YELLOW, 'WARNING')} waited ${number % 7000} ms for data`;
  return `line ${number} step ${10 * number} loss ${(2 + Math.sin(number)).toFixed(4)}`;
}

function progressBar(number: number): string {
  const states = Array.from({ length: STATES_OF_A_BAR }, (_, i) => {
    const percent = (100 / STATES_OF_A_BAR) * (i + 1);
    return `line ${number} ${percent}%|${coloured(GREEN, '█'.repeat(i + 1).padEnd(STATES_OF_A_BAR))}|`;
  });
  return states.join('\r');
}

/** What is logged under each name, as a function of the step. */
type Curves = Readonly<Record<string, (step: number) => number>>;

/** Adds a run of steps 1 to `steps`, one a second, each with a value of every curve. @returns its directory */
export async function longRun(storage: TestStorage, id: string, steps: number, curves: Curves): Promise<string> {
  const directory = await storage.addRun(id);
  const metrics = Object.entries(curves).map(([name, curve]): [string, Curves[string]] => [
    JSON.stringify(name),
    curve,
  ]);
  await writeLines(join(directory, 'events.jsonl'), steps, (step) => {
    let data = '';
    for (const [name, curve] of metrics) data += `${name}: ${curve(step)}, `;
    return `{"ts": ${START + step}, "type": "metrics", "data": {${data}"global_step": ${step}, "time": ${START + step}}}`;
  });
  return directory;
}

/** Writes lines 1 to `count`. */
async function writeLines(path: string, count: number, line: (number: number) => string): Promise<void> {
  await using file: FileHandle = await open(path, 'w');
  for (let from = 1; from <= count; from += LINES_A_WRITE) {
    let text = '';
    for (let number = from; number < Math.min(from + LINES_A_WRITE, count + 1); number++) text += `${line(number)}\n`;
    await file.writeFile(text);
  }
}
