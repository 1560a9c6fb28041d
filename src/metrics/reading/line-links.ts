import { BytePattern } from './byte-pattern.ts';
import type { EventDraft, Field } from './event-draft.ts';
import { JsonScanner, malformed } from './json-scanner.ts';
import type { KnownText } from './known-texts.ts';

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;

const MOST_KEPT = 1 << 16;
const LONGEST_KEPT = 1024;

/** Where in an event line reading stands. */
export const PLACES = {
  lineStart: 0,
  /** Before or behind the value of a member of the line. */
  line: 1,
  dataStart: 2,
  /** Before or behind the value of a member of `data`. */
  data: 3,
  lineEnd: 4,
} as const;
type Place = (typeof PLACES)[keyof typeof PLACES];

/** What stands between two values of a line, as `, "loss": ` does: from behind one of them to the next. */
export class Link extends BytePattern {
  readonly from: Place;
  readonly to: Place;
  /** The key of the value that follows; the field, if it is one of `data`. */
  readonly name: string;
  readonly field: Field | null;
  /** Another one of the same hash. */
  readonly other: Link | null;
  /** What came last: the text that followed, and the next link. */
  text: KnownText | null = null;
  next: Link | null = null;

  constructor(bytes: Uint8Array, from: Place, to: Place, name: string, field: Field | null, other: Link | null) {
    super(bytes);
    this.from = from;
    this.to = to;
    this.name = name;
    this.field = field;
    this.other = other;
  }
}

/** The links of the lines read so far, by their bytes. */
export class LineLinks {
  readonly #draft: EventDraft;
  readonly #scanner = new JsonScanner();
  readonly #byHash = new Map<number, Link>();
  /** Stands before every line. */
  readonly start = new Link(Buffer.alloc(0), PLACES.lineStart, PLACES.lineStart, '', null, null);

  constructor(draft: EventDraft) {
    this.#draft = draft;
  }

  /**
   * The link that begins at `at`, where reading stands at `from`; its line ends before `end`, behind which lies a zero.
   *
   * @returns null if there is none
   */
  find(bytes: Buffer, view: DataView, at: number, end: number, from: Place): Link | null {
    const hash = hashOf(bytes, at, from);
    const first = this.#byHash.get(hash) ?? null;
    for (let link = first; link !== null; link = link.other) {
      if (link.from === from && link.matches(view, at, end)) return link;
    }
    const link = this.#learn(bytes, at, end, from, first);
    if (link === null || link.length > LONGEST_KEPT) return null;
    if (this.#byHash.size === MOST_KEPT) {
      this.#byHash.clear();
      this.start.next = null;
    }
    this.#byHash.set(hash, link);
    return link;
  }

  #learn(bytes: Buffer, at: number, end: number, from: Place, other: Link | null): Link | null {
    // Not up to the line's end, which to look for at each of its keys would take long in a long line.
    this.#scanner.reset(bytes, at, end);
    try {
      return this.#scan(bytes, at, end, from, other);
    } catch (error) {
      if (error === malformed) return null;
      throw error;
    }
  }

  #scan(bytes: Buffer, at: number, end: number, from: Place, other: Link | null): Link | null {
    const scanner = this.#scanner;
    let inData = from === PLACES.dataStart || from === PLACES.data;
    let more = from === PLACES.dataStart || (from === PLACES.lineStart ? scanner.openObject() : scanner.nextMember());
    if (!more && from === PLACES.data) {
      inData = false;
      more = scanner.nextMember();
    }
    if (!more) {
      const lineEnd = bytes.indexOf(LF, at);
      if (lineEnd < scanner.position || lineEnd >= end) return null;
      scanner.reset(bytes, scanner.position, lineEnd);
      if (!scanner.atEnd()) return null;
      return new Link(bytes.subarray(at, lineEnd + 1), from, PLACES.lineEnd, '', null, other);
    }
    const name = scanner.readKey();
    let to: Place = inData ? PLACES.data : PLACES.line;
    if (to === PLACES.line && name === 'data' && scanner.peek() === 'object') {
      // Without members it would have no value to stand before.
      if (!scanner.openObject()) return null;
      to = PLACES.dataStart;
    }
    const pattern = bytes.subarray(at, scanner.position);
    // At the end of what is there more space may follow.
    if (scanner.position === end || pattern.includes(LF)) return null;
    return new Link(pattern, from, to, name, inData ? this.#draft.field(name) : null, other);
  }
}

/** A hash of the bytes up to the end of the first string, or to that of the line. */
function hashOf(bytes: Buffer, at: number, from: Place): number {
  let hash: number = from;
  let quotes = 0;
  for (let i = at; quotes < 2; i++) {
    const byte = bytes[i];
    if (byte < SPACE) break;
    if (byte === QUOTE) quotes++;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash;
}
