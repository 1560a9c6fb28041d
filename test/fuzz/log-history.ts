const LF = 0x0a;
const LONGEST_LINE = 256 * 1024;

/** A place in a history: before a line of one of its files, both counted from 0. */
export interface LinePlace {
  readonly file: number;
  readonly line: number;
}

/**
 * What was written to a log: the bytes of its files in the order in which one was rotated out for the next. A file that
 * was removed or overwritten is no part of it any more; the next one takes its place.
 */
export class LogHistory {
  readonly #files: Buffer[] = [Buffer.alloc(0)];

  /** The number of the file that is, or will be, at the log's path. */
  get current(): number {
    return this.#files.length - 1;
  }

  /** Begins the next file. @returns its number */
  rotate(): number {
    return this.#files.push(Buffer.alloc(0)) - 1;
  }

  append(file: number, bytes: Buffer): void {
    this.#files[file] = Buffer.concat([this.bytesOf(file), bytes]);
  }

  replace(file: number, bytes: Buffer): void {
    this.#files[file] = bytes;
  }

  bytesOf(file: number): Buffer {
    return this.#files[file] ?? Buffer.alloc(0);
  }

  /** Its lines, with the unfinished one. */
  linesOf(file: number): readonly string[] {
    return linesIn(this.bytesOf(file));
  }

  /** All lines of all files. */
  lines(): readonly string[] {
    return this.#files.flatMap((bytes) => linesIn(bytes));
  }

  /** Which of all lines each file begins with. */
  starts(): readonly number[] {
    return this.#files.map((_, file) => this.indexOf({ file, line: 0 }));
  }

  /** Which of all lines the place is before, counted from 0. */
  indexOf({ file, line }: LinePlace): number {
    const earlier = this.#files.slice(0, file).reduce((count, bytes) => count + linesIn(bytes).length, 0);
    return earlier + Math.min(line, this.linesOf(file).length);
  }
}

/** The lines of a file as the contract has them; what follows the last line end is one too. */
export function linesIn(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start);
    lines.push(end < 0 ? shown(bytes.subarray(start)) : shown(withoutCr(bytes.subarray(start, end))));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

function withoutCr(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

function shown(line: Buffer): string {
  if (line.length <= LONGEST_LINE) return line.toString();
  let cut = LONGEST_LINE;
  while (((line[cut] ?? 0) & 0xc0) === 0x80 && cut > LONGEST_LINE - 3) cut--;
  return `${line.toString('utf8', 0, cut)} …[+${line.length - cut} bytes]`;
}
