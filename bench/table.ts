/** Tables and figures, as the report writes them. */
import type { Timing } from './measure.ts';

/** Columns are padded, so that the table can be read as text too. */
export function renderTable([head, ...body]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

export function renderTiming({ median, lowest, highest }: Timing, megabytes: number | undefined): string {
  const rate = megabytes === undefined ? '' : `, ${Math.round((megabytes / median) * 1000)} MB/s`;
  return `${significant(median)} ms (${significant(lowest)}–${significant(highest)})${rate}`;
}

/** Three significant digits, or all those before the point. */
export function significant(value: number): string {
  return value >= 100 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
