import { CellCursor } from '../rows/cell-cursor.ts';
import { isWanted, type RowSelection } from '../rows/row-selection.ts';
import { rowOf, type ViewColumn } from '../rows/row-view.ts';
import type { Chunk } from '../table/chunk.ts';
import type { Sample } from './sample.ts';

/** The texts and booleans of a column, and where they become others. */
export interface LabelSeries extends LabelValues, LabelChanges {
  readonly name: string;
}

export interface LabelValues {
  readonly x: Float64Array<ArrayBuffer>;
  /** Null where a row has no label. */
  readonly values: readonly (string | null)[];
}

/** A label that is another one than that before it, or the first. Rows without a label change nothing. */
export interface LabelChange {
  readonly x: number;
  readonly value: string;
}

export interface LabelChanges {
  /** How many changes there are. */
  readonly changeCount: number;
  /** The first of them. */
  readonly changes: readonly LabelChange[];
}

export function labelValues(column: ViewColumn, { rows, x }: Sample): LabelValues {
  const cursor = new CellCursor(column, rows.from, rows.to);
  const values = Array.from(x, (_, place) => {
    const cell = cursor.find(rows.rowAt(place));
    return cell >= 0 && isWanted(cursor.chunk.cells, cell, 'label') ? labelAt(cursor.chunk, cell) : null;
  });
  return { x, values };
}

/** The changes in all rows of a range. Takes as long as the column has cells there. @param listed at most so many */
export function changesBetween(column: ViewColumn, { view, from, to }: RowSelection, listed: number): LabelChanges {
  const changes = new ChangeList(listed);
  for (const stretch of column.cells(from, to)) {
    const { chunk, hasLabels } = stretch.column;
    if (!hasLabels) continue;
    const { cells } = chunk;
    for (let cell = stretch.from; cell < stretch.to; cell = cells.nextOther(cell, stretch.to)) {
      if (isWanted(cells, cell, 'label')) changes.see(labelAt(chunk, cell), () => view.x(rowOf(stretch, cell)));
    }
  }
  return changes.all;
}

/** The changes in these rows alone. @param listed at most so many */
export function changesAmong({ x, values }: LabelValues, listed: number): LabelChanges {
  const changes = new ChangeList(listed);
  for (const [place, value] of values.entries()) if (value !== null) changes.see(value, () => x[place]);
  return changes.all;
}

/** Finds the changes among labels that come in the order of their rows. */
class ChangeList {
  readonly #most: number;
  readonly #changes: LabelChange[] = [];
  #count = 0;
  #label: string | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  get all(): LabelChanges {
    return { changeCount: this.#count, changes: this.#changes };
  }

  /** @param x is asked for where it is listed only: it may have to be searched */
  see(value: string, x: () => number): void {
    if (value === this.#label) return;
    this.#label = value;
    this.#count++;
    if (this.#count <= this.#most) this.#changes.push({ x: x(), value });
  }
}

/** What a text or boolean cell says. */
function labelAt(chunk: Chunk, cell: number): string {
  const { cells } = chunk;
  return cells.kind(cell) === 'text' ? chunk.text(cells.textCode(cell)) : String(cells.boolean(cell));
}
