import type { Span } from './ansi.ts';

/** From one character of a text to another, which is no part of it: never empty. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A piece of a span that is found, or is not, throughout. */
export interface Piece extends Span {
  readonly isMatch: boolean;
}

/** Where a text is found in a line, as the gateway finds it; none overlap. */
export function matchesIn(line: string, wanted: string, matchCase: boolean): readonly Range[] {
  if (wanted === '') return [];
  if (matchCase) return occurrences(line, wanted);
  const lower = line.toLowerCase();
  const found = occurrences(lower, wanted.toLowerCase());
  if (lower.length === line.length) return found;
  const origins = originsOf(line);
  let end = 0;
  return found.map((range) => {
    // A character is found whole, and once, where two matches have a part of it each.
    const from = Math.max(end, origins[range.from]?.from ?? end);
    end = origins[range.to - 1]?.to ?? line.length;
    return { from, to: end };
  });
}

function occurrences(text: string, wanted: string): readonly Range[] {
  const found: Range[] = [];
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
    found.push({ from, to: from + wanted.length });
  }
  return found;
}

/** The character of the line that each unit of it in lower case comes from: a few letters become longer, such as İ. */
function originsOf(line: string): readonly Range[] {
  const origins: Range[] = [];
  let at = 0;
  for (const character of line) {
    const origin = { from: at, to: at + character.length };
    for (let i = character.toLowerCase().length; i > 0; i--) origins.push(origin);
    at = origin.to;
  }
  return origins;
}

/** Cuts spans where matches begin and end. @param ranges of the text that the spans are together, ascending */
export function withMatches(spans: readonly Span[], ranges: readonly Range[]): readonly Piece[] {
  const pieces: Piece[] = [];
  // A line may have so many of both that each span can not look at all of the ranges.
  const left = ranges.values();
  let range = left.next().value;
  let at = 0;
  for (const span of spans) {
    const start = at;
    const end = start + span.text.length;
    while (at < end) {
      const isMatch = range !== undefined && range.from <= at;
      const to = Math.min(end, (isMatch ? range?.to : range?.from) ?? end);
      pieces.push({ ...span, text: span.text.slice(at - start, to - start), isMatch });
      at = to;
      if (at === range?.to) range = left.next().value;
    }
  }
  return pieces;
}
