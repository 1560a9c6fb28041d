import { BytePattern } from './byte-pattern.ts';
import { NumberReader } from './decimal.ts';
import type { EventDraft, LineVerdict, Value } from './event-draft.ts';
import { KnownTexts } from './known-texts.ts';
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
  /** The index behind the line read last. */
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
    const view = this.#view;
    const draft = this.#draft;
    draft.begin();
    let link = this.#links.start;
    let at = from;
    for (;;) {
      let next = link.next;
      if (next === null || !next.matches(view, at, filled)) {
        next = this.#links.find(bytes, view, at, filled, link.to);
        if (next === null) return null;
        link.next = next;
      }
      link = next;
      at += link.length;
      if (link.to === PLACES.lineEnd) {
        this.end = at;
        return draft.conclude();
      }
      if (link.to === PLACES.dataStart) {
        draft.beginData();
        continue;
      }
      const first = view.getUint8(at);
      if (first <= NINE && (first >= ZERO || first === MINUS)) {
        const number = this.#numbers.read(view, at);
        at = this.#numbers.end;
        if (link.field === null) draft.setMember(link.name, number);
        else draft.setNumber(link.field, number);
      } else {
        at = first === QUOTE ? this.#readText(link, at) : this.#readWord(link, at);
      }
      if (at < 0) return null;
    }
  }

  /** @returns the index behind the text; -1 if there is none */
  #readText(link: Link, at: number): number {
    let known = link.text;
    if (known === null || !known.matches(this.#view, at, this.#filled)) {
      known = this.#texts.read(this.#bytes, this.#view, at, this.#filled);
      if (known === null) return -1;
      link.text = known;
    }
    this.#set(link, known.text);
    return at + known.length;
  }

  /** @returns the index behind the word; -1 if there is none */
  #readWord(link: Link, at: number): number {
    const word = WORDS.find(({ pattern }) => pattern.matches(this.#view, at, this.#filled));
    if (word === undefined) return -1;
    this.#set(link, word.value);
    return at + word.pattern.length;
  }

  #set({ name, field }: Link, value: Value): void {
    if (field === null) this.#draft.setMember(name, value);
    else if (typeof value === 'number') this.#draft.setNumber(field, value);
    else this.#draft.setOther(field, value);
  }
}
