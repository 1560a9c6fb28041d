import type { Cells } from './cells.ts';
import type { Chunk } from './chunk.ts';
import type { CellStretch, ViewColumn } from './row-view.ts';

/** Finds the cells of ascending rows, in one walk over a column. */
export class CellCursor {
  readonly #stretches: Generator<CellStretch, undefined>;
  #stretch: CellStretch | undefined;
  #at = 0;

  /** Rows in [from, to) may be asked for. */
  constructor(column: ViewColumn, from: number, to: number) {
    this.#stretches = column.cells(from, to);
    this.#advance();
  }

  /** @param row not less than the one asked before @returns its cell in `cells`; -1 where it has none */
  find(row: number): number {
    while (this.#stretch !== undefined && row >= this.#stretch.start + this.#stretch.chunk.events) this.#advance();
    if (this.#stretch === undefined || row < this.#stretch.start) return -1;
    const event = row - this.#stretch.start;
    const { events } = this.#stretch.column;
    if (events === null) return event;
    while (this.#at < this.#stretch.to && events[this.#at] < event) this.#at++;
    return this.#at < this.#stretch.to && events[this.#at] === event ? this.#at : -1;
  }

  /** Where the cell that was found last lies. */
  get cells(): Cells {
    return this.#here.column.cells;
  }

  get chunk(): Chunk {
    return this.#here.chunk;
  }

  get #here(): CellStretch {
    if (this.#stretch === undefined) throw new TypeError('no cell was found');
    return this.#stretch;
  }

  #advance(): void {
    this.#stretch = this.#stretches.next().value;
    this.#at = this.#stretch?.from ?? 0;
  }
}
