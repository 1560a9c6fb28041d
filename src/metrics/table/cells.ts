/**
 * Columns hold cells of eight bytes. A number is itself; everything else is a NaN whose upper half says what it is and
 * whose lower half says which one ("NaN boxing", as JavaScript engines box their values). Loops over numbers need no
 * second array: whatever is no number reads as NaN.
 *
 * Only whole words keep a boxed cell intact: an engine may change the bits of a NaN that passes through a variable. So
 * boxed cells are written and copied as words, never as numbers.
 */
const NAN = 0x7ff8_0000;
const MISSING = 0x7ffd_0000;
const NULL = 0x7ffd_0001;
const BOOLEAN = 0x7ffd_0002;
const TEXT = 0x7ffd_0003;

const MISSING_WORD = BigInt(MISSING) << 32n;

/** What a cell can hold. `missing`: nothing was logged; `null`: an explicit null, which overwrites. */
export type CellKind = 'missing' | 'null' | 'number' | 'boolean' | 'text';

/** A fixed number of cells over eight bytes each, all missing at first. */
export class Cells {
  /** The numbers, infinities and logged NaNs included; NaN for every other kind. Not to be written to. */
  readonly numbers: Float64Array;
  /** Two words a cell, the lower one first: every platform that Node runs on is little-endian. */
  readonly #words: Uint32Array;

  private constructor(numbers: Float64Array) {
    this.numbers = numbers;
    this.#words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  }

  static ofLength(length: number): Cells {
    const cells = new Cells(new Float64Array(length));
    cells.clear();
    return cells;
  }

  /** Cells that lie in `numbers` already, as `numbers` of another `Cells` gave them. */
  static over(numbers: Float64Array): Cells {
    return new Cells(numbers);
  }

  get length(): number {
    return this.numbers.length;
  }

  /** Makes every cell missing. */
  clear(): void {
    new BigUint64Array(this.numbers.buffer, this.numbers.byteOffset, this.numbers.length).fill(MISSING_WORD);
  }

  slice(from: number, to: number): Cells {
    return new Cells(this.numbers.subarray(from, to));
  }

  /** Copies all cells of `source` to `at` and behind. */
  copyAll(source: Cells, at: number): void {
    // Between arrays of one type, `set` copies bytes: boxed cells stay intact.
    this.numbers.set(source.numbers, at);
  }

  copy(at: number, source: Cells, from: number): void {
    this.#words[2 * at] = source.#words[2 * from];
    this.#words[2 * at + 1] = source.#words[2 * from + 1];
  }

  setNumber(at: number, value: number): void {
    if (Number.isNaN(value)) this.#box(at, NAN, 0);
    else this.numbers[at] = value;
  }

  setNull(at: number): void {
    this.#box(at, NULL, 0);
  }

  setBoolean(at: number, value: boolean): void {
    this.#box(at, BOOLEAN, value ? 1 : 0);
  }

  /** A text is its code in a dictionary kept elsewhere. */
  setText(at: number, code: number): void {
    this.#box(at, TEXT, code);
  }

  #box(at: number, tag: number, payload: number): void {
    this.#words[2 * at] = payload;
    this.#words[2 * at + 1] = tag;
  }

  kind(at: number): CellKind {
    switch (this.#words[2 * at + 1]) {
      case MISSING:
        return 'missing';
      case NULL:
        return 'null';
      case BOOLEAN:
        return 'boolean';
      case TEXT:
        return 'text';
      default:
        return 'number';
    }
  }

  /** The first cell in (at, to) that holds something else than `at` does; `to` where there is none. */
  nextOther(at: number, to: number): number {
    const words = this.#words;
    const payload = words[2 * at];
    const tag = words[2 * at + 1];
    let next = at + 1;
    while (next < to && words[2 * next] === payload && words[2 * next + 1] === tag) next++;
    return next;
  }

  /** The value of a boolean cell. */
  boolean(at: number): boolean {
    return this.#words[2 * at] === 1;
  }

  /** The code of a text cell. */
  textCode(at: number): number {
    return this.#words[2 * at];
  }
}
