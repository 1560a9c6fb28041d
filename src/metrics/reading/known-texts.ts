import { BytePattern } from './byte-pattern.ts';
import { JsonScanner, malformed } from './json-scanner.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const MOST_KEPT = 4096;
const LONGEST_KEPT = 256;

/** A JSON string as it is written, with its quotes. */
export class KnownText extends BytePattern {
  readonly text: string;
  /** Another one of the same hash. */
  readonly other: KnownText | null;

  constructor(bytes: Uint8Array, text: string, other: KnownText | null) {
    super(bytes);
    this.text = text;
    this.other = other;
  }
}

/** Texts by the bytes that write them: those that come again and again cost no new string. */
export class KnownTexts {
  readonly #scanner = new JsonScanner();
  readonly #byHash = new Map<number, KnownText>();

  /** The string whose first quote stands at `at`, which ends before `end`; a zero lies behind. @returns null if it is none */
  read(bytes: Buffer, view: DataView, at: number, end: number): KnownText | null {
    let hash = 0;
    let to = at;
    for (;;) {
      const byte = bytes[++to];
      if (byte < SPACE) return null;
      if (byte === QUOTE) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
      if (byte === BACKSLASH) to++;
    }
    const length = ++to - at;
    const first = this.#byHash.get(hash) ?? null;
    for (let known = first; known !== null; known = known.other) {
      if (known.matches(view, at, end)) return known;
    }
    const text = this.#decode(bytes, at, to);
    if (text === null) return null;
    const known = new KnownText(bytes.subarray(at, to), text, first);
    if (this.#byHash.size === MOST_KEPT) this.#byHash.clear();
    if (length <= LONGEST_KEPT) this.#byHash.set(hash, known);
    return known;
  }

  #decode(bytes: Buffer, from: number, to: number): string | null {
    this.#scanner.reset(bytes, from, to);
    try {
      return this.#scanner.readString();
    } catch (error) {
      if (error === malformed) return null;
      throw error;
    }
  }
}
