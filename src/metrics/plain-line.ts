import { BytePattern } from './byte-pattern.ts';
import { NumberReader } from './decimal.ts';
import type { EventDraft, LineVerdict, Value } from './event-draft.ts';
import { type KnownText, KnownTexts } from './known-texts.ts';
import { LineLinks, type Link, PLACES } from './line-links.ts';

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const WORDS: readonly { readonly pattern: BytePattern; readonly value: Value }[] = [
  { pattern: new BytePattern(Buffer.from('true')), value: true },
  { pattern: new BytePattern(Buffer.from('false')), value: false },
  { pattern: new BytePattern(Buffer.from('null')), value: null },
  { pattern: new BytePattern(Buffer.from('NaN')), value: Number.NaN },
];

/**
 * Reads event lines as programs write them: each much like one before. What stands between two values is known from
 * there and only compared, so that values go straight from bytes into columns. A line that is not so plain is left to
 * `EventLineReader`, which knows all of the file format; of plain ones both say the same.
 */
export class PlainLineReader {
  readonly #draft: EventDraft;
  readonly #links: LineLinks;
  readonly #numbers = new NumberReader();
  readonly #texts = new KnownTexts();
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);
  #filled = 0;
  /** The index behind the value read last, or behind the line. */
  end = 0;

  constructor(draft: EventDraft) {
    this.#draft = draft;
    this.#links = new LineLinks(draft);
  }

  /**
   * Reads the line that begins at `from` of `bytes`, if it is plain and ends before `filled`; then `end` is behind its
   * LF. Behind `filled` lie eight zeros.
   *
   * @returns null if it is not plain; then the builder has got nothing
   */
  read(bytes: Buffer, from: number, filled: number): LineVerdict | null {
    if (bytes !== this.#bytes) this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#bytes = bytes;
    this.#filled = filled;
    this.#draft.begin();
    let link = this.#links.start;
    let at = from;
    for (;;) {
      let next = link.next;
      if (next === null || !next.matches(this.#view, at, filled)) {
        next = this.#links.find(bytes, this.#view, at, filled, link.to);
        if (next === null) return null;
        link.next = next;
      }
      link = next;
      at += link.length;
      if (link.to === PLACES.lineEnd) {
        this.end = at;
        return this.#draft.conclude();
      }
      if (link.to === PLACES.dataStart) {
        this.#draft.beginData();
        continue;
      }
      if (!this.#readValue(link, at)) return null;
      at = this.end;
    }
  }

  /** Reads the value at `at`, which `link` led to. @returns whether it is plain */
  #readValue(link: Link, at: number): boolean {
    const first = this.#view.getUint8(at);
    if (first <= NINE && (first >= ZERO || first === MINUS)) {
      const number = this.#numbers.read(this.#view, at);
      this.end = this.#numbers.end;
      if (this.end < 0) return false;
      if (link.field === null) this.#draft.setMember(link.name, number);
      else this.#draft.setNumber(link.field, number);
      return true;
    }
    if (first === QUOTE) {
      const known = this.#readText(link, at);
      if (known === null) return false;
      this.end = at + known.length;
      this.#set(link, known.text);
      return true;
    }
    const word = WORDS.find(({ pattern }) => pattern.matches(this.#view, at, this.#filled));
    if (word === undefined) return false;
    this.end = at + word.pattern.length;
    this.#set(link, word.value);
    return true;
  }

  #readText(link: Link, at: number): KnownText | null {
    if (link.text === null || !link.text.matches(this.#view, at, this.#filled)) {
      link.text = this.#texts.read(this.#bytes, this.#view, at, this.#filled);
    }
    return link.text;
  }

  #set({ name, field }: Link, value: Value): void {
    if (field === null) this.#draft.setMember(name, value);
    else if (typeof value === 'number') this.#draft.setNumber(field, value);
    else this.#draft.setOther(field, value);
  }
}
