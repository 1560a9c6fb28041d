/** So many rows are summed up together. */
const CHUNK = 1000;

interface Chunk {
  /** What measured rows have beyond the least height, by their numbers from 0. */
  readonly extras: Map<number, number>;
  sum: number;
}

/** Where rows are of which few have been measured: all others count as rows of the least height. In pixels. */
export class RowHeights {
  readonly #least: number;
  /** By the number of their first row, in chunks. */
  readonly #chunks = new Map<number, Chunk>();

  /** @param least which no row is lower than */
  constructor(least: number) {
    this.#least = least;
  }

  /** From the top of the first row to that of this one; of the row behind the last: how high all are together. */
  offsetOf(row: number): number {
    const own = Math.floor(row / CHUNK);
    let offset = row * this.#least;
    for (const [key, { sum }] of this.#chunks) if (key < own) offset += sum;
    for (const [measured, extra] of this.#chunks.get(own)?.extras ?? []) if (measured < row) offset += extra;
    return offset;
  }

  heightOf(row: number): number {
    return this.#least + (this.#extraOf(row) ?? 0);
  }

  isMeasured(row: number): boolean {
    return this.#extraOf(row) !== undefined;
  }

  /** The row at an offset from 0 on. */
  rowAt(offset: number): number {
    let [low, high] = [0, Math.floor(offset / this.#least)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.offsetOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param first the row of the first height. @returns whether any is another than was known */
  measured(first: number, heights: readonly number[]): boolean {
    let isChanged = false;
    for (const [i, height] of heights.entries()) isChanged = this.#set(first + i, height - this.#least) || isChanged;
    return isChanged;
  }

  forget(): void {
    this.#chunks.clear();
  }

  #extraOf(row: number): number | undefined {
    return this.#chunks.get(Math.floor(row / CHUNK))?.extras.get(row);
  }

  #set(row: number, extra: number): boolean {
    const key = Math.floor(row / CHUNK);
    const chunk = this.#chunks.get(key) ?? { extras: new Map<number, number>(), sum: 0 };
    const known = chunk.extras.get(row);
    this.#chunks.set(key, chunk);
    chunk.extras.set(row, extra);
    chunk.sum += extra - (known ?? 0);
    return extra !== known;
  }
}
