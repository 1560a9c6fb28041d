import { characterWidth } from '../logs/character-width.ts';
import type { RunSummary } from './run-source.ts';

const HEADER = ['ID', 'STATUS', 'CREATED', 'PATH', 'ALIAS', 'BEST METRIC'];

/** A line a run below a header, in aligned columns. @param width cells; longer lines are cut there */
export function runTable(runs: readonly RunSummary[], width = Number.POSITIVE_INFINITY): string {
  const rows = [HEADER, ...runs.map(cellsOf)];
  const widths = HEADER.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${cut(line, width)}\n`).join('');
}

function cellsOf({ id, status, createdAt, path, alias, bestMetric }: RunSummary): string[] {
  const created = new Date(createdAt * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const best = bestMetric && `${bestMetric.name} ${bestMetric.value ?? 'not finite'}`;
  return [id, status, created, path, alias, best].map((cell) => printable(cell ?? '') || '-');
}

/** Names come from files: they may neither break the table nor steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}

function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  const characters = Array.from(line);
  while (widthOf(characters.join('')) > width - 1) characters.pop();
  return `${characters.join('')}…`;
}

/** In cells of a terminal. */
function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + characterWidth(character.codePointAt(0) ?? 0), 0);
}
