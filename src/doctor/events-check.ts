import { closeSync, fstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { PIECE_BYTES } from '../metrics/reading/open-events.ts';
import { failedRead } from '../metrics/reading/opening.ts';
import { type EventsRead, readPiece, type StretchRead } from '../metrics/reading/read-events.ts';
import { Chunk } from '../metrics/table/chunk.ts';
import { MOST_COLUMNS, tooManyColumns } from '../metrics/table/chunk-builder.ts';
import { collectIfDue } from '../metrics/table/shared-memory.ts';
import type { NamedChunk } from '../metrics/table/table.ts';
import { openFileSync, type StorageBounds } from '../storage/files.ts';
import type { Findings, Kind } from './findings.ts';

/** Clocks of other machines may be ahead by so much, in microseconds. */
const CLOCK_TOLERANCE = 24 * 60 * 60 * 1e6;

/** How much of an events file there is. */
export interface EventsSize {
  readonly bytes: number;
  readonly lines: number;
}

/**
 * Reads an events file as the gateway reads it, but a piece at a time, each of which is forgotten.
 *
 * @param name of the file, for who reads the findings
 * @param hasEnded whether its last line ought to be whole
 * @returns null where there is no file
 */
export async function checkEvents(
  path: string,
  bounds: StorageBounds,
  name: string,
  hasEnded: boolean,
  findings: Findings,
): Promise<EventsSize | null> {
  let fd: number;
  try {
    fd = openFileSync(path, bounds);
  } catch (error) {
    const failure = failedRead(error);
    if (failure.outcome === 'missing') return null;
    findings.add('unreadable', `${name}: ${failure.reason}`);
    return { bytes: 0, lines: 0 };
  }
  try {
    return await new EventsCheck(name, hasEnded, findings).read(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

/** The check of one file, from its first piece to its last. */
class EventsCheck {
  readonly #name: string;
  readonly #hasEnded: boolean;
  readonly #findings: Findings;
  readonly #latest = Date.now() * 1000 + CLOCK_TOLERANCE;
  readonly #columns = new Set<string>();
  #lines = 0;
  #step = Number.NEGATIVE_INFINITY;
  /** What was found by now, by what it is about: told when all of the file was read. */
  readonly #found = new Map<string, { readonly kind: Kind; readonly place: string; count: number }>();

  constructor(name: string, hasEnded: boolean, findings: Findings) {
    this.#name = name;
    this.#hasEnded = hasEnded;
    this.#findings = findings;
  }

  async read(fd: number, size: number): Promise<EventsSize> {
    try {
      await this.#readPieces(fd, size);
    } catch (error) {
      if (error !== tooManyColumns) throw error;
      this.#findings.add('wide', `${this.#name}: ${tooManyColumns.message}; it was not read to its end`);
    }
    for (const { kind, place, count } of this.#found.values()) this.#findings.add(kind, place, count);
    return { bytes: size, lines: this.#lines };
  }

  async #readPieces(fd: number, size: number): Promise<void> {
    let last: EventsRead | null = null;
    for (let from = 0; from < size; from += PIECE_BYTES) {
      const read = readPiece(fd, { from, to: Math.min(from + PIECE_BYTES, size), end: size });
      if (read === null) continue;
      this.#check(read);
      last = read;
      collectIfDue();
      // So that who waits sees how far it is, and may end it.
      await setImmediate();
    }
    const isTorn = last !== null && last.provisional === null && last.position.offset < last.end;
    if (isTorn && this.#hasEnded) this.#add('torn', ` line ${this.#lines + 1}`, 1);
  }

  #check({ chunks, provisional, skippedLines, firstSkipped, leftOut, position }: StretchRead): void {
    if (firstSkipped !== null) {
      const line = this.#lines + firstSkipped.line;
      this.#add('line', ` line ${line}: ${firstSkipped.reason}`, skippedLines);
    }
    this.#lines += position.lines;
    this.#add('nested', `: such as ${leftOut.first}`, leftOut.values);
    for (const chunk of provisional === null ? chunks : [...chunks, provisional]) this.#checkChunk(chunk);
  }

  #checkChunk({ buffer, names }: NamedChunk): void {
    for (const name of names) this.#columns.add(name);
    if (this.#columns.size > MOST_COLUMNS) throw tooManyColumns;
    const chunk = new Chunk(buffer);
    this.#checkSteps(chunk.axes.step.keys);
    if (chunk.axes.time.highest > this.#latest) {
      const { keys, highest } = chunk.axes.time;
      const late = keys.reduce((count, time) => count + Number(time > this.#latest), 0);
      this.#add('future', `: such as ${momentOf(highest)}`, late);
    }
    for (const [place, column] of chunk.columns().entries()) {
      if (column.isFinite) continue;
      let count = 0;
      for (let cell = column.from; cell < column.to; cell++) {
        if (chunk.cells.kind(cell) === 'number' && !Number.isFinite(chunk.cells.numbers[cell])) count++;
      }
      this.#add('nonFinite', `: ${names[place]}`, count, names[place]);
    }
  }

  #checkSteps(steps: Float64Array): void {
    let count = 0;
    let first = '';
    for (const step of steps) {
      if (step < this.#step && count++ === 0) first = `${step} after ${this.#step}`;
      if (!Number.isNaN(step)) this.#step = step;
    }
    this.#add('stepsBack', `: ${first}`, count);
  }

  /** @param where in the file; of several places the first one counts @param about what it is of, if not the file as a whole */
  #add(kind: Kind, where: string, count: number, about = ''): void {
    if (count === 0) return;
    const key = `${kind} ${about}`;
    const found = this.#found.get(key) ?? { kind, place: `${this.#name}${where}`, count: 0 };
    found.count += count;
    this.#found.set(key, found);
  }
}

/** @param microseconds since 1970 */
function momentOf(microseconds: number): string {
  const date = new Date(microseconds / 1000);
  return Number.isNaN(date.getTime()) ? `${microseconds / 1e6} s after 1970` : date.toISOString();
}
