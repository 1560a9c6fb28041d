import { BytePattern } from './byte-pattern.ts';
import { NumberReader } from './decimal.ts';
import type { EventDraft, Field, LineVerdict, Value } from './event-draft.ts';
import { JsonScanner, malformed } from './json-scanner.ts';

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;

/** More links or texts than this are not kept in memory. */
const MOST_KEPT = 1 << 16;
const LONGEST_KEPT = 1024;

/** Where in a line reading stands. */
type Place = (typeof PLACES)[keyof typeof PLACES];
const PLACES = {
  lineStart: 0,
  /** Behind a value of the line's object. */
  line: 1,
  dataStart: 2,
  /** Behind a value of `data`. */
  data: 3,
  lineEnd: 4,
} as const;

/** The bytes between two values of a line, and what they say. */
class Link extends BytePattern {
  readonly from: Place;
  readonly to: Place;
  /** The key of the value that follows, outside of `data`. */
  readonly name: string;
  /** The same inside of `data`. */
  readonly field: Field | null;
  /** Others of the same hash. */
  readonly others: Link | null;
  /** The link that followed last, and the text that stood in between. */
  next: Link | null = null;
  text: KnownText | null = null;

  constructor(bytes: Uint8Array, from: Place, to: Place, name: string, field: Field | null, others: Link | null) {
    super(bytes);
    this.from = from;
    this.to = to;
    this.name = name;
    this.field = field;
    this.others = others;
  }
}

/** A text with its quotes. */
class KnownText extends BytePattern {
  readonly text: string;
  /** Others of the same hash. */
  readonly others: KnownText | null;

  constructor(bytes: Uint8Array, text: string, others: KnownText | null) {
    super(bytes);
    this.text = text;
    this.others = others;
  }
}

const WORDS: readonly { readonly pattern: BytePattern; readonly value: Value }[] = [
  { pattern: new BytePattern(Buffer.from('true')), value: true },
  { pattern: new BytePattern(Buffer.from('false')), value: false },
  { pattern: new BytePattern(Buffer.from('null')), value: null },
  { pattern: new BytePattern(Buffer.from('NaN')), value: Number.NaN },
];

/**
 * Reads event lines as a program writes them: each much like one before. What stands between two values is known from
 * there, so bytes go straight into columns. Whatever does not fit is left to `EventLineReader`, which reads it all.
 */
export class PlainLineReader {
  readonly #draft: EventDraft;
  readonly #numbers = new NumberReader();
  readonly #scanner = new JsonScanner();
  readonly #links = new Map<number, Link>();
  readonly #texts = new Map<number, KnownText>();
  readonly #start: Link;
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);
  #filled = 0;
  /** The index behind the line read last. */
  end = 0;

  constructor(draft: EventDraft) {
    this.#draft = draft;
    this.#start = new Link(Buffer.from(''), PLACES.lineStart, PLACES.lineStart, '', null, null);
  }

  /**
   * Reads the line that begins at `from` of `bytes`, if it is plain and ends before `filled`; then `end` is set. Behind
   * `filled` lie four zeros or more.
   *
   * @returns null if it is not plain; then the builder has got nothing
   */
  read(bytes: Buffer, from: number, filled: number): LineVerdict | null {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#filled = filled;
    const view = this.#view;
    const draft = this.#draft;
    draft.begin();
    let at = from;
    let link = this.#start;
    for (;;) {
      let next = link.next;
      if (next === null || !next.matches(view, at, filled)) {
        next = this.#find(at, link.to);
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
        if (at < 0) return null;
        if (link.field === null) draft.setMember(link.name, number);
        else draft.setNumber(link.field, number);
      } else if (first === QUOTE) {
        const known = this.#readText(link, at);
        if (known === null) return null;
        at += known.length;
        if (link.field === null) draft.setMember(link.name, known.text);
        else draft.setOther(link.field, known.text);
      } else {
        const word = WORDS.find(({ pattern }) => pattern.matches(view, at, filled));
        if (word === undefined) return null;
        at += word.pattern.length;
        if (link.field === null) draft.setMember(link.name, word.value);
        else if (typeof word.value === 'number') draft.setNumber(link.field, word.value);
        else draft.setOther(link.field, word.value);
      }
    }
  }

  #readText(link: Link, at: number): KnownText | null {
    if (link.text?.matches(this.#view, at, this.#filled)) return link.text;
    let end = at + 1;
    let hash = 0;
    for (; ; end++) {
      const byte = this.#bytes[end];
      if (byte < SPACE) return null;
      hash = Math.imul(hash ^ byte, 0x01000193);
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) end++;
    }
    end++;
    const first = this.#texts.get(hash) ?? null;
    let known = first;
    while (known !== null && !(known.length === end - at && known.matches(this.#view, at, this.#filled)))
      known = known.others;
    if (known === null) {
      const text = this.#decode(at, end);
      if (text === null) return null;
      known = new KnownText(this.#bytes.subarray(at, end), text, first);
      if (this.#texts.size > MOST_KEPT) this.#texts.clear();
      if (end - at <= LONGEST_KEPT) this.#texts.set(hash, known);
    }
    link.text = known;
    return known;
  }

  #decode(from: number, to: number): string | null {
    this.#scanner.reset(this.#bytes, from, to);
    try {
      const text = this.#scanner.readString();
      return this.#scanner.position === to ? text : null;
    } catch (error) {
      if (error === malformed) return null;
      throw error;
    }
  }

  #find(at: number, place: Place): Link | null {
    let hash: number = place;
    let quotes = 0;
    for (let i = at; quotes < 2; i++) {
      const byte = this.#bytes[i];
      if (byte < SPACE) break;
      if (byte === QUOTE) quotes++;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const first = this.#links.get(hash) ?? null;
    for (let link = first; link !== null; link = link.others) {
      if (link.from === place && link.matches(this.#view, at, this.#filled)) return link;
    }
    const learned = this.#learn(at, place, first);
    if (learned === null) return null;
    if (this.#links.size > MOST_KEPT) this.#links.clear();
    this.#links.set(hash, learned);
    return learned;
  }

  #learn(at: number, place: Place, others: Link | null): Link | null {
    const lf = this.#bytes.indexOf(LF, at);
    if (lf < 0 || lf >= this.#filled) return null;
    this.#scanner.reset(this.#bytes, at, lf);
    try {
      return this.#scanLink(at, lf, place, others);
    } catch (error) {
      if (error === malformed) return null;
      throw error;
    }
  }

  #scanLink(at: number, lf: number, from: Place, others: Link | null): Link | null {
    const scanner = this.#scanner;
    let inData = from === PLACES.data || from === PLACES.dataStart;
    let more: boolean;
    if (from === PLACES.lineStart) {
      scanner.skipSpace();
      more = scanner.openObject();
    } else if (from === PLACES.dataStart) {
      more = true;
    } else {
      more = scanner.nextMember();
      if (!more && inData) {
        inData = false;
        more = scanner.nextMember();
      }
    }
    const link = (end: number, to: Place, name: string) =>
      new Link(
        this.#bytes.subarray(at, end),
        from,
        to,
        name,
        to === PLACES.data ? this.#draft.field(name) : null,
        others,
      );
    if (!more) return scanner.atEnd() ? link(lf + 1, PLACES.lineEnd, '') : null;
    const name = scanner.readKey();
    if (inData) return link(scanner.position, PLACES.data, name);
    if (name !== 'data' || scanner.peek() !== 'object') return link(scanner.position, PLACES.line, name);
    return scanner.openObject() ? link(scanner.position, PLACES.dataStart, name) : null;
  }
}
