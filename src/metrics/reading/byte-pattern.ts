/** Bytes to be found again, compared four at a time. */
export class BytePattern {
  readonly length: number;
  readonly #words: readonly number[];
  /** Their last word, which tells more of them apart than the first; where it begins; and its bits that count. */
  readonly #lastWord: number;
  readonly #lastAt: number;
  readonly #lastMask: number;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    const words = Array.from({ length: Math.ceil(bytes.length / 4) }, () => 0);
    for (let i = 0; i < bytes.length; i++) words[i >> 2] |= bytes[i] << (8 * (i & 3));
    this.#words = words;
    this.#lastAt = 4 * (words.length - 1);
    this.#lastWord = words[words.length - 1] ?? 0;
    this.#lastMask = -1 >>> (8 * (-bytes.length & 3));
  }

  /** Whether these bytes begin at `at` of `view` and end before `end`, behind which lie three bytes or more. */
  matches(view: DataView, at: number, end: number): boolean {
    if (at + this.length > end) return false;
    if (((view.getInt32(at + this.#lastAt, true) ^ this.#lastWord) & this.#lastMask) !== 0) return false;
    const words = this.#words;
    for (let i = 0; i < words.length - 1; i++) {
      if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
    }
    return true;
  }
}
