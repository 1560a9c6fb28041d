import { fingerprint, TAIL } from '../following/fingerprint.ts';
import { CollapsedLine } from './collapsed-line.ts';
import { FileChanged, type LogFile } from './log-file.ts';
import { type LogRender, renderLine } from './render.ts';

const LF = 0x0a;
const CR = 0x0d;
const MOST_LINES = 1000;
const MOST_BYTES = 64 * 1024;
/** What is shown of a longer line. */
const LONGEST_LINE = 256 * 1024;

/** Whole lines of a file. */
export interface FileLines {
  /** The fingerprint of what lay before them when they were read. */
  readonly printBefore: string;
  readonly lines: readonly string[];
  /** The offset behind each of them. */
  readonly ends: readonly number[];
  /** The fingerprint of what lies before one of `ends`. */
  readonly printAt: (end: number) => string;
}

/** Readers that follow a file ask for the same lines in the same moment. */
const MOST_SHARED = 16;
const shared = new WeakMap<LogFile, Map<string, Promise<FileLines>>>();

/**
 * The lines from `offset` on that make a batch: whole lines, at most 1000 and 64 KiB of them, or one that is longer.
 * `offset` lies before the end of the file's finished lines. Throws FileChanged.
 */
export function readBatch(file: LogFile, offset: number, render: LogRender): Promise<FileLines> {
  const batches = shared.get(file) ?? new Map<string, Promise<FileLines>>();
  shared.set(file, batches);
  const key = `${offset} ${render.carriageReturns} ${render.ansi}`;
  const known = batches.get(key);
  if (known !== undefined) return known;
  const batch = makeBatch(file, offset, render);
  batches.set(key, batch);
  batch.catch(() => batches.delete(key));
  const [oldest] = batches.keys();
  if (batches.size > MOST_SHARED && oldest !== undefined) batches.delete(oldest);
  return batch;
}

async function makeBatch(file: LogFile, offset: number, render: LogRender): Promise<FileLines> {
  const finished = file.finished;
  const to = Math.min(offset + MOST_BYTES, finished);
  const { head, before, bytes } = await file.readVerified(offset, to);
  const ends = lineEndsIn(bytes);
  if (ends.length === 0) {
    if (to < finished) return readLongLine(file, offset, fingerprint(offset, head, before), render);
    if (!file.isHalfLineEnd(to)) throw new FileChanged();
    ends.push(bytes.length);
  }
  const read = bytes.subarray(0, ends.at(-1));
  file.index.see(offset, read);
  return {
    printBefore: fingerprint(offset, head, before),
    lines: splitLines(read).map((line) => renderLine(line, render)),
    ends: ends.map((end) => offset + end),
    printAt: printsOf(offset, head, before, bytes),
  };
}

/** Makes each fingerprint once: all who follow a log ask for the last one. */
function printsOf(offset: number, head: Buffer, before: Buffer, bytes: Buffer): FileLines['printAt'] {
  const known = new Map<number, string>();
  return (end) => {
    const read = bytes.subarray(Math.max(0, end - offset - TAIL), end - offset);
    const tail = read.length < TAIL ? Buffer.concat([before, read]) : read;
    const print = known.get(end) ?? fingerprint(end, head, tail);
    known.set(end, print);
    return print;
  };
}

/** Where the first lines end, as many of them as make a batch. */
function lineEndsIn(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let end = bytes.indexOf(LF); end >= 0 && ends.length < MOST_LINES; end = bytes.indexOf(LF, end + 1)) {
    ends.push(end + 1);
  }
  return ends;
}

/** The lines in `bytes`, the last of which may lack its end. */
function splitLines(bytes: Buffer): string[] {
  const finished = bytes.toString('utf8').split('\n');
  const rest = finished.pop();
  const lines = finished.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return rest ? [...lines, rest] : lines;
}

/** A line that is too long to be read at once: what it looks like is found piece by piece. */
async function readLongLine(file: LogFile, offset: number, printBefore: string, render: LogRender): Promise<FileLines> {
  const view = render.carriageReturns === 'raw' ? new CutLine() : new CollapsedLine();
  let end = offset;
  let hasLineEnd = false;
  while (!hasLineEnd && !file.isHalfLineEnd(end)) {
    if (end >= file.finished) throw new FileChanged();
    const piece = await file.read(end, Math.min(end + MOST_BYTES, file.finished));
    const lineEnd = piece.indexOf(LF);
    hasLineEnd = lineEnd >= 0;
    view.write(hasLineEnd ? piece.subarray(0, lineEnd) : piece);
    const read = hasLineEnd ? piece.subarray(0, lineEnd + 1) : piece;
    file.index.see(end, read);
    end += read.length;
  }
  view.end(hasLineEnd);
  const print = await file.printAt(end);
  return { printBefore, lines: [view.show(render.ansi)], ends: [end], printAt: () => print };
}

/** The first 256 KiB of a line, and how many bytes more it has. */
class CutLine {
  readonly #kept: Buffer[] = [];
  #keptLength = 0;
  #length = 0;
  #last: number | undefined;

  write(piece: Buffer): void {
    // One byte more is kept, to see whether the cut falls into a character.
    const kept = Buffer.from(piece.subarray(0, LONGEST_LINE + 1 - this.#keptLength));
    this.#kept.push(kept);
    this.#keptLength += kept.length;
    this.#length += piece.length;
    this.#last = piece.at(-1) ?? this.#last;
  }

  /** A carriage return before the line feed belongs to the line's end. */
  end(hasLineEnd: boolean): void {
    if (hasLineEnd && this.#last === CR) this.#length--;
  }

  show(ansi: LogRender['ansi']): string {
    const render = { carriageReturns: 'raw', ansi } as const;
    const bytes = Buffer.concat(this.#kept);
    if (this.#length <= LONGEST_LINE) return renderLine(bytes.toString('utf8', 0, this.#length), render);
    let cut = LONGEST_LINE;
    while (cut > LONGEST_LINE - 3 && isContinuation(bytes[cut])) cut--;
    return `${renderLine(bytes.toString('utf8', 0, cut), render)} …[+${this.#length - cut} bytes]`;
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
