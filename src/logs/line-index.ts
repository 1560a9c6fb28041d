const LF = 0x0a;
/** Bytes between two places whose line number is kept: what must be read at most to number a line. */
const STRIDE = 256 * 1024;

/** A place in a file and how many lines end before it. */
export interface LineCount {
  readonly offset: number;
  readonly lines: number;
}

/** Numbers the lines of a file that grows, from what others read of it anyway; keeps a number every 256 KiB. */
export class LineIndex {
  #end: LineCount = { offset: 0, lines: 0 };
  readonly #known: LineCount[] = [this.#end];

  /** Up to where lines are counted. */
  get end(): LineCount {
    return this.#end;
  }

  /** Takes note of `bytes` at `offset`, unless they were seen before or something before them was not. */
  see(offset: number, bytes: Buffer): void {
    const fresh = this.#end.offset - offset;
    if (fresh < 0 || fresh >= bytes.length) return;
    this.#end = { offset: offset + bytes.length, lines: this.#end.lines + countLineEnds(bytes.subarray(fresh)) };
    if (this.#end.offset - (this.#known.at(-1)?.offset ?? 0) >= STRIDE) this.#known.push(this.#end);
  }

  /** The last kept place at or before `offset`. */
  before(offset: number): LineCount {
    return this.#lastWhere((known) => known.offset <= offset);
  }

  /** The last kept place at or before the start of line `number`, counted from 1; it may lie inside an earlier line. */
  beforeLine(number: number): LineCount {
    return this.#lastWhere((known) => known.lines < number - 1);
  }

  #lastWhere(holds: (known: LineCount) => boolean): LineCount {
    let [from, to] = [0, this.#known.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      const known = this.#known[middle];
      if (known !== undefined && holds(known)) from = middle;
      else to = middle;
    }
    return this.#known[from] ?? { offset: 0, lines: 0 };
  }
}

export function countLineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
