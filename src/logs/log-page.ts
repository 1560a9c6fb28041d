import { BadUserInput, CursorExpired } from '../errors.ts';
import { readBatch } from './batch.ts';
import { decodeCursor, encodeCursor, type LogCursor } from './cursor.ts';
import type { LogFile } from './log-file.ts';
import { type LogRender, RAW, renderLine } from './render.ts';
import { findTail } from './tail.ts';

export const DEFAULT_PAGE = 100;
export const LARGEST_PAGE = 1000;
/** What is searched through for one page. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** What is looked at together on the way back. */
const STEP = { count: 1000, enoughBytes: 1024 * 1024 };

/** Which lines of a log to show, as a client asks for them. */
export interface PageOptions {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
  readonly fromLine?: number | null | undefined;
  readonly beforeLine?: number | null | undefined;
  /** Only lines that hold this text; escape sequences do not count. */
  readonly contains?: string | null | undefined;
  readonly ignoreCase?: boolean;
  readonly render?: LogRender;
}

interface PageRequest {
  /** From `after` or line `fromLine` on, or back from `before` or line `beforeLine`. */
  readonly take: 'first' | 'last';
  readonly limit: number;
  readonly after: LogCursor | null;
  readonly before: LogCursor | null;
  readonly fromLine: number | null;
  readonly beforeLine: number | null;
  readonly matches: (line: string) => boolean;
  readonly render: LogRender;
}

/** Throws BadUserInput. */
export function pageRequest(options: PageOptions): PageRequest {
  const { first, after, last, before, fromLine, beforeLine, contains, ignoreCase = true, render = RAW } = options;
  if (first != null && last != null) throw new BadUserInput('first, last: only one of them may be given');
  if (fromLine != null && (after != null || last != null)) {
    throw new BadUserInput('fromLine: it says where to begin, so that neither after nor last may be given');
  }
  if (beforeLine != null && before != null) {
    throw new BadUserInput('beforeLine: it says where to end, so that before may not be given');
  }
  for (const [name, line] of Object.entries({ fromLine, beforeLine })) {
    if (line != null && line < 1) throw new BadUserInput(`${name}: ${line} is not the number of a line`);
  }
  const limit = first ?? last ?? DEFAULT_PAGE;
  if (limit < 0 || limit > LARGEST_PAGE) {
    const name = first == null ? 'last' : 'first';
    throw new BadUserInput(`${name}: ${limit} is not a page size from 0 to ${LARGEST_PAGE}`);
  }
  return {
    take: last == null ? 'first' : 'last',
    limit,
    after: after == null ? null : decodeCursor('after', after),
    before: before == null ? null : decodeCursor('before', before),
    fromLine: fromLine ?? null,
    beforeLine: beforeLine ?? null,
    matches: contains == null ? () => true : finderOf(contains, ignoreCase),
    render,
  };
}

function finderOf(text: string, ignoreCase: boolean): (line: string) => boolean {
  const plain = (line: string) => renderLine(line, { carriageReturns: 'raw', ansi: 'strip' });
  if (!ignoreCase) return (line) => plain(line).includes(text);
  const wanted = text.toLowerCase();
  return (line) => plain(line).toLowerCase().includes(wanted);
}

export interface PagedLine {
  /** In its file, from 1; null while the lines before it are not counted. */
  readonly number: number | null;
  readonly text: string;
  /** Behind the line. */
  cursor(): string;
}

export interface LogPage {
  readonly lines: readonly PagedLine[];
  /** Behind the first line that was looked at, and the last one; null where none was. */
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  /** Finished lines; null while they are not counted. */
  readonly lineCount: number | null;
}

export const NO_PAGE: LogPage = {
  lines: [],
  startCursor: null,
  endCursor: null,
  hasPreviousPage: false,
  hasNextPage: false,
  lineCount: 0,
};

/**
 * Finds a page of the file's finished lines, by a bounded amount of work: it may hold fewer lines than asked for, or
 * none, and yet not be the last. Throws CursorExpired, FileChanged, DataUnreadable.
 */
export async function readPage(file: LogFile, request: PageRequest): Promise<LogPage> {
  const { after, before } = request;
  for (const cursor of [after, before]) {
    if (cursor !== null && cursor.inode !== '' && !(await file.holds(cursor))) {
      throw new CursorExpired('the log was truncated, replaced or rotated since the cursor was made');
    }
  }
  await file.countFewLines();
  const from = await pageStart(file, request);
  const to = await pageEnd(file, request);
  const scan = request.take === 'first' ? scanForward : scanBack;
  const { lines, first, last, isComplete } = await scan(file, from, to, request);
  return {
    lines,
    startCursor: first?.cursor() ?? null,
    endCursor: last?.cursor() ?? null,
    hasPreviousPage: request.take === 'first' ? from > 0 : !isComplete,
    hasNextPage: request.take === 'first' ? !isComplete : to < file.finished,
    lineCount: await countFinished(file),
  };
}

function pageStart(file: LogFile, { after, fromLine }: PageRequest): Promise<number> | number {
  return fromLine === null ? (after?.offset ?? 0) : file.lineStart(fromLine);
}

function pageEnd(file: LogFile, { before, beforeLine }: PageRequest): Promise<number> | number {
  if (beforeLine !== null) return file.lineStart(beforeLine);
  // A cursor lies behind its line, which is not to be shown again.
  return before === null ? file.finished : findTail(file, before.offset, { count: 1 });
}

/** Null while they are not counted. */
async function countFinished(file: LogFile): Promise<number | null> {
  const ended = await file.linesBefore(file.finished);
  return ended !== null && file.isHalfLineEnd(file.finished) ? ended + 1 : ended;
}

interface Scan {
  readonly lines: readonly PagedLine[];
  /** Of all that were looked at. */
  readonly first: PagedLine | undefined;
  readonly last: PagedLine | undefined;
  /** Whether nothing is left in that direction. */
  readonly isComplete: boolean;
}

async function scanForward(file: LogFile, from: number, to: number, request: PageRequest): Promise<Scan> {
  const lines: PagedLine[] = [];
  let first: PagedLine | undefined;
  let last: PagedLine | undefined;
  let at = from;
  for await (const line of linesBetween(file, from, to, request.render)) {
    if (lines.length === request.limit || at - from > MOST_BYTES) break;
    first ??= line;
    last = line;
    at = line.end;
    if (request.matches(line.text)) lines.push(line);
  }
  return { lines, first, last, isComplete: at >= to };
}

async function scanBack(file: LogFile, from: number, to: number, request: PageRequest): Promise<Scan> {
  const lines: PagedLine[] = [];
  let first: PagedLine | undefined;
  let last: PagedLine | undefined;
  let at = to;
  let isComplete = from >= to;
  while (lines.length < request.limit && !isComplete && to - at <= MOST_BYTES) {
    const start = Math.max(from, await findTail(file, at, STEP));
    const stretch: PagedLine[] = [];
    for await (const line of linesBetween(file, start, at, request.render)) stretch.push(line);
    const found = stretch.filter(({ text }) => request.matches(text));
    lines.unshift(...found.slice(Math.max(0, found.length - (request.limit - lines.length))));
    first = lines.length === request.limit ? lines[0] : stretch[0];
    last ??= stretch.at(-1);
    isComplete = start <= from && first === stretch[0];
    at = start;
  }
  return { lines, first, last, isComplete };
}

async function* linesBetween(file: LogFile, from: number, to: number, render: LogRender): AsyncGenerator<ScannedLine> {
  let linesBefore = from < to ? await file.linesBefore(from) : null;
  for (let at = from; at < to; ) {
    const batch = await readBatch(file, at, render);
    for (const [i, text] of batch.lines.entries()) {
      const end = batch.ends[i] ?? to;
      if (end > to) return;
      const number = linesBefore === null ? null : linesBefore + i + 1;
      const cursor = () => encodeCursor({ inode: file.inode, offset: end, print: batch.printAt(end), lines: number });
      yield { number, text, end, cursor };
      at = end;
    }
    if (linesBefore !== null) linesBefore += batch.lines.length;
  }
}

interface ScannedLine extends PagedLine {
  readonly end: number;
}
