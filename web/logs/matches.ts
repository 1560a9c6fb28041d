import type { Span } from './ansi.ts';

/** From one character of a text to another, which is no part of it. */
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
  const places = placesOf(line);
  return found.map(({ from, to }) => ({ from: places[from] ?? from, to: places[to] ?? to }));
}

function occurrences(text: string, wanted: string): readonly Range[] {
  const found: Range[] = [];
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
    found.push({ from, to: from + wanted.length });
  }
  return found;
}

/** Where in the line each unit of it in lower case comes from: a few letters become longer, such as İ. */
function placesOf(line: string): readonly number[] {
  const places: number[] = [];
  let at = 0;
  for (const character of line) {
    const { length } = character.toLowerCase();
    for (let i = 0; i < length; i++) places.push(at);
    at += character.length;
  }
  return [...places, at];
}

/** Cuts spans where matches begin and end. @param ranges of the text that the spans are together, ascending */
export function withMatches(spans: readonly Span[], ranges: readonly Range[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    const inside = ranges.filter(({ from, to }) => from < end && to > at).flatMap(({ from, to }) => [from, to]);
    const cuts = [at, ...new Set(inside.filter((cut) => cut > at && cut < end)), end];
    for (const [i, to] of cuts.slice(1).entries()) {
      const from = cuts[i] ?? at;
      const isMatch = ranges.some((range) => range.from <= from && range.to >= to);
      pieces.push({ ...span, text: span.text.slice(from - at, to - at), isMatch });
    }
    at = end;
  }
  return pieces;
}
