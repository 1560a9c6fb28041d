/** Tables and figures, as the report writes them. */
import type { Timing } from './measure.ts';

/** What one round gets through. */
export interface Rate {
  readonly amount: number;
  /** For example `MB`. */
  readonly unit: string;
}

/** Columns are padded, so that the table can be read as text too. */
export function renderTable([head, ...body]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

export function renderTiming({ median, lowest, highest }: Timing, rate?: Rate): string {
  const perSecond = rate === undefined ? '' : `, ${grouped(Math.round((rate.amount / median) * 1000))} ${rate.unit}/s`;
  return `${significant(median)} ms (${significant(lowest)}–${significant(highest)})${perSecond}`;
}

/** Three significant digits, or all those before the point. */
export function significant(value: number): string {
  return Math.abs(value) >= 100 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
