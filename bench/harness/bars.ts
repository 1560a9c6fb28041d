/** The figures that the project promises. */
import { renderTable, significant } from './table.ts';

/** A figure, and what it must not be above or not be below. */
export interface Bar {
  readonly name: string;
  readonly figure: number;
  readonly must: 'be at most' | 'be at least';
  readonly limit: number;
  /** Behind figure and limit, with the space before it. */
  readonly unit: string;
}

export function renderBars(bars: readonly Bar[]): string[] {
  return renderTable([
    ['measure', 'bar', 'measured', 'held'],
    ...bars.map((bar) => [bar.name, renderLimit(bar), renderFigure(bar), isHeld(bar) ? 'yes' : '**no**']),
  ]);
}

/** What each missed bar says. */
export function missedBars(bars: readonly Bar[]): string[] {
  return bars.filter((bar) => !isHeld(bar)).map((bar) => `${bar.name}: ${renderFigure(bar)}, not ${renderLimit(bar)}`);
}

function isHeld({ figure, must, limit }: Bar): boolean {
  return must === 'be at most' ? figure <= limit : figure >= limit;
}

function renderLimit({ must, limit, unit }: Bar): string {
  return `${must === 'be at most' ? '≤' : '≥'} ${significant(limit)}${unit}`;
}

function renderFigure({ figure, unit }: Bar): string {
  return `${significant(figure)}${unit}`;
}
