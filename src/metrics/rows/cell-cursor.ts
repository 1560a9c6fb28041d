import type { Chunk } from '../table/chunk.ts';
import type { CellStretch, ViewColumn } from './row-view.ts';

/** Finds the cells of ascending rows, in one walk over a column. */
export class CellCursor {
  readonly #stretches: readonly CellStretch[];
  #next = 0;
  #stretch: CellStretch | undefined;
  #at = 0;

  /** Rows in [from, to) may be asked for. */
  constructor(column: ViewColumn, from: number, to: number) {
    this.#stretches = column.cells(from, to);
    this.#advance();
  }

  /** @param row not less than the one asked before @returns its cell among those of `chunk`; -1 where it has none */
  find(row: number): number {
    while (this.#stretch !== undefined && row >= this.#stretch.end) this.#advance();
    if (this.#stretch === undefined || row < this.#stretch.start) return -1;
    const { column, start, to } = this.#stretch;
    const event = row - start;
    if (column.isDense) return column.cellAt(event);
    while (this.#at < to && column.eventOf(this.#at) < event) this.#at++;
    return this.#at < to && column.eventOf(this.#at) === event ? this.#at : -1;
  }

  /** Where the cell that was found last lies. */
  get chunk(): Chunk {
    if (this.#stretch === undefined) throw new TypeError('no cell was found');
    return this.#stretch.column.chunk;
  }

  #advance(): void {
    this.#stretch = this.#stretches[this.#next++];
    this.#at = this.#stretch?.from ?? 0;
  }
}
