import type { ClientEvent } from '../support/log-clients.ts';
import type { LinePlace, LogHistory } from './log-history.ts';

/** What a client holds that follows the recipe of the documentation, and whether that is what it should. */
export class LogHolder {
  readonly #history: LogHistory;
  /** How many lines it asks for when it first comes. */
  readonly tail: number;
  #held: string[] = [];
  #nextLine: number | null = null;
  /** What it must hold begins here or earlier. */
  #latestStart: LinePlace | undefined;
  /** Whether it must hold a file from its start on. */
  #startsWithFile = false;
  #voids = 0;
  #cursor: string | null = null;
  /** The number of the next line, as known with the cursor. */
  #nextLineAtCursor: number | null = null;

  constructor(history: LogHistory, tail: number) {
    this.#history = history;
    this.tail = tail;
  }

  /** @returns whether the stream has come to its end */
  take(event: ClientEvent): boolean {
    switch (event.type) {
      case 'LogBatch':
        // Who finds no log joins the one that is there when it comes again.
        if (isAbsence(event.cursor)) {
          this.#cursor = event.cursor;
          return false;
        }
        this.#join();
        this.#checkNumber(event.firstLine, event.lines.length);
        this.#held.push(...event.lines);
        this.#mark(event.cursor);
        return false;
      case 'StreamReset':
        this.#nextLine = 1;
        if (event.reason !== 'ROTATED') this.#drop();
        this.#mark(event.cursor);
        return false;
      case 'StreamEnd':
        this.#mark(event.cursor);
        return true;
      case 'error':
      case 'frame':
        throw new Error(`unexpected: ${JSON.stringify(event)}`);
      case 'complete':
      case 'closed':
        return false;
    }
  }

  /** @returns the cursor to go on from, on another connection */
  reconnect(): string | null {
    this.#nextLine = this.#nextLineAtCursor;
    return this.#cursor;
  }

  #mark(cursor: string): void {
    this.#cursor = cursor;
    this.#nextLineAtCursor = this.#nextLine;
  }

  #join(): void {
    const { current } = this.#history;
    // Who finds nothing has not joined yet.
    if (
      this.#latestStart !== undefined &&
      (this.#held.length > 0 || this.#latestStart.line > 0 || this.#startsWithFile)
    )
      return;
    this.#latestStart = { file: current, line: Math.max(0, this.#history.linesOf(current).length - this.tail) };
  }

  #checkNumber(firstLine: number | null, count: number): void {
    // The end of a line that was taken for one without its line end may still come, under the same number.
    const mayGoOn = count === 0 && firstLine === (this.#nextLine ?? 0) - 1;
    if (firstLine !== null && this.#nextLine !== null && firstLine !== this.#nextLine && !mayGoOn) {
      throw new Error(`line ${firstLine} came where ${this.#nextLine} was due`);
    }
    if (firstLine !== null) this.#nextLine = firstLine + count;
    else if (this.#nextLine !== null) this.#nextLine += count;
  }

  #drop(): void {
    this.#voids++;
    this.#held = [];
    this.#startsWithFile = true;
    this.#latestStart = { file: this.#history.current, line: 0 };
  }

  /** What is wrong with what it holds, now that all is written and delivered; undefined if nothing is. */
  fault(mayVoid: boolean): string | undefined {
    const lines = this.#history.lines();
    const start = lines.length - this.#held.length;
    const latest = this.#history.indexOf(this.#latestStart ?? { file: 0, line: 0 });
    const wrong = this.#held.findLastIndex((line, i) => line !== lines[start + i]);
    if (wrong >= 0) {
      const [due, got] = [lines[start + wrong], this.#held[wrong]];
      return `${this.#held.length} of ${lines.length} lines: ${quoted(got)} in place of ${quoted(due)}, line ${start + wrong}`;
    }
    if (start > latest) return `holds the lines from ${start} on, not those from ${latest} on`;
    const isFileStart = this.#history.starts().includes(start);
    if (this.#startsWithFile && !isFileStart) return `holds the lines from ${start} on, where no file begins`;
    if (this.#voids > 0 && !mayVoid) return 'was told to drop what it held, though nothing was void';
    return undefined;
  }
}

function quoted(line: string | undefined): string {
  return JSON.stringify(line?.slice(0, 50));
}

/** Whether a cursor was given where there was no log, nor had been one for the reader. */
function isAbsence(cursor: string): boolean {
  return Buffer.from(cursor, 'base64url').toString().startsWith('[""');
}
