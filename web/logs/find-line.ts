import {
  FindNextLineDocument,
  type FindNextLineQuery,
  FindPreviousLineDocument,
  type FindPreviousLineQuery,
} from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';

/** What is looked for, and where. */
export interface LineSearch {
  readonly runId: string;
  readonly text: string;
  readonly matchCase: boolean;
  readonly direction: 'next' | 'previous';
  /** The search begins beside this line, goes on at the log's other end, and comes to this line last. */
  readonly from: number;
  /** Told now and then which line it has come to. */
  readonly onReach: (line: number) => void;
}

export interface FoundLine {
  readonly number: number;
  /** Whether the search went over an end of the log. */
  readonly isWrapped: boolean;
}

/** Behind every line: lines are counted up to there, so that all have numbers. */
const BEYOND = Number.MAX_SAFE_INTEGER;

/** What the gateway looks through at a time. */
interface Page {
  /** The number of the line that has the text. */
  readonly found: number | null;
  /** The line at which it begins; null where there are none. */
  readonly start: number | null;
  /** The cursor to go on from; null at the log's end. */
  readonly next: string | null;
}

/** Looks for a text in a log; null where no line has it. Throws a QueryError, or the signal's reason. */
export async function findLine(search: LineSearch, stopped: AbortSignal): Promise<FoundLine | null> {
  const { direction, from } = search;
  const isNext = direction === 'next';
  const beside = await walk(search, isNext ? from + 1 : from, never, stopped);
  if (beside !== null) return { number: beside, isWrapped: false };
  const isSearched = (line: number) => (isNext ? line > from : line < from);
  const wrapped = await walk(search, isNext ? 1 : BEYOND, isSearched, stopped);
  return wrapped === null ? null : { number: wrapped, isWrapped: true };
}

/** @param line where to begin: the first that is looked at on the way to the end; on the way back, the one behind that */
async function walk(
  search: LineSearch,
  line: number,
  isSearched: (line: number) => boolean,
  stopped: AbortSignal,
): Promise<number | null> {
  const find = search.direction === 'next' ? findNext : findPrevious;
  for (let cursor: string | null = null; ; ) {
    const page: Page = await find(search, line, cursor, stopped);
    if (page.start !== null) search.onReach(page.start);
    if (page.found !== null) return page.found;
    if (page.next === null || (page.start !== null && isSearched(page.start))) return null;
    cursor = page.next;
  }
}

const never = () => false;

async function findNext(search: LineSearch, fromLine: number, after: string | null, stopped: AbortSignal) {
  const place = after === null ? { fromLine } : { after };
  const { run } = await query(FindNextLineDocument, { ...wantedBy(search), ...place }, stopped);
  const { hasNextPage, endCursor } = run?.found?.pageInfo ?? {};
  return pageOf(run, hasNextPage ? endCursor : null);
}

async function findPrevious(search: LineSearch, beforeLine: number, before: string | null, stopped: AbortSignal) {
  const place = before === null ? { beforeLine } : { before };
  const { run } = await query(FindPreviousLineDocument, { ...wantedBy(search), ...place }, stopped);
  const { hasPreviousPage, startCursor } = run?.found?.pageInfo ?? {};
  return pageOf(run, hasPreviousPage ? startCursor : null);
}

function wantedBy({ runId, text, matchCase }: LineSearch) {
  return { runId, text, ignoreCase: !matchCase };
}

function pageOf(run: FindNextLineQuery['run'] | FindPreviousLineQuery['run'], next: string | null | undefined): Page {
  return {
    found: run?.found?.nodes[0]?.number ?? null,
    start: run?.start?.nodes[0]?.number ?? null,
    next: next ?? null,
  };
}
