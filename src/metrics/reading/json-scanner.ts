import { NumberReader } from './decimal.ts';

/** Thrown for text that is not JSON. One object for all: a file of garbage must not cost a stack trace a line. */
export const malformed = new SyntaxError('malformed JSON');

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LETTER_I = 0x49;
const LETTER_N = 0x4e;
const SMALL_F = 0x66;
const SMALL_N = 0x6e;
const SMALL_T = 0x74;

const ASCII = {
  true: latin1('true'),
  false: latin1('false'),
  null: latin1('null'),
  NaN: latin1('NaN'),
  inf: latin1('Infinity'),
};

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** What a value begins with. `number` covers the tokens `NaN`, `Infinity` and `-Infinity`, which Python writes. */
export type ValueKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

/**
 * A cursor over the bytes of one JSON text, as strict as `JSON.parse` but for the three tokens above, and for bad UTF-8
 * inside a string, which reads as U+FFFD. It makes no objects: the caller asks for what comes next. Every method throws
 * `malformed` where the text is not JSON.
 */
export class JsonScanner {
  #bytes: Buffer = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  readonly #numbers = new NumberReader();
  /** Index of the next byte. */
  position = 0;

  /** Begins with the text in [from, to) of `source`, behind which lie an LF or a zero, and three bytes more. */
  reset(source: Buffer, from: number, to: number): void {
    if (source !== this.#bytes) this.#view = new DataView(source.buffer, source.byteOffset, source.length);
    this.#bytes = source;
    this.position = from;
    this.#end = to;
  }

  skipSpace(): void {
    while (this.position < this.#end && isSpace(this.#bytes[this.position])) this.position++;
  }

  /** Whether only white space is left. */
  atEnd(): boolean {
    this.skipSpace();
    return this.position >= this.#end;
  }

  /** The kind of the value that begins here. */
  peek(): ValueKind {
    switch (this.#current()) {
      case OPEN_BRACE:
        return 'object';
      case OPEN_BRACKET:
        return 'array';
      case QUOTE:
        return 'string';
      case SMALL_T:
        return 'true';
      case SMALL_F:
        return 'false';
      case SMALL_N:
        return 'null';
      default:
        return 'number';
    }
  }

  /** Enters an object. @returns false if it is empty, and left already */
  openObject(): boolean {
    return this.#open(OPEN_BRACE, CLOSE_BRACE);
  }

  /** After a member's value. @returns whether another key follows; if not, the object is left */
  nextMember(): boolean {
    this.skipSpace();
    if (this.#take(CLOSE_BRACE)) return false;
    this.#expect(COMMA);
    this.skipSpace();
    return true;
  }

  /** Reads a key and its colon. */
  readKey(): string {
    const key = this.readString();
    this.#skipColon();
    return key;
  }

  readString(): string {
    const start = this.position + 1;
    const traits = this.#skipString();
    const end = this.position - 1;
    if (traits.escaped) return withoutEscapes(this.#bytes.toString('utf8', start, end));
    return traits.ascii ? this.#bytes.toString('latin1', start, end) : this.#bytes.toString('utf8', start, end);
  }

  /** Reads a number as `Number` would, bit for bit, or one of the tokens. */
  readNumber(): number {
    const first = this.#current();
    if (first === LETTER_N) return this.#literal(ASCII.NaN, Number.NaN);
    if (first === LETTER_I) return this.#literal(ASCII.inf, Number.POSITIVE_INFINITY);
    if (first === MINUS && this.#bytes[this.position + 1] === LETTER_I) {
      this.position++;
      return this.#literal(ASCII.inf, Number.NEGATIVE_INFINITY);
    }
    const number = this.#numbers.read(this.#view, this.position);
    if (this.#numbers.end < 0) throw malformed;
    this.position = this.#numbers.end;
    return number;
  }

  readTrue(): true {
    return this.#literal(ASCII.true, true);
  }

  readFalse(): false {
    return this.#literal(ASCII.false, false);
  }

  readNull(): null {
    return this.#literal(ASCII.null, null);
  }

  /** Passes over a value of any kind and depth; no recursion, so no depth is too deep. */
  skipValue(): void {
    const closers: number[] = [];
    for (;;) {
      if (this.#enterOrSkip(closers)) continue;
      do {
        if (closers.length === 0) return;
      } while (this.#leave(closers));
    }
  }

  /** Passes over a scalar or an empty container; or enters a container up to its first value. @returns if it entered */
  #enterOrSkip(closers: number[]): boolean {
    switch (this.peek()) {
      case 'object':
        if (!this.openObject()) return false;
        this.readKey();
        closers.push(CLOSE_BRACE);
        return true;
      case 'array':
        if (!this.#open(OPEN_BRACKET, CLOSE_BRACKET)) return false;
        closers.push(CLOSE_BRACKET);
        return true;
      case 'string':
        this.readString();
        return false;
      case 'number':
        this.readNumber();
        return false;
      case 'true':
        this.readTrue();
        return false;
      case 'false':
        this.readFalse();
        return false;
      case 'null':
        this.readNull();
        return false;
    }
  }

  /** After a value inside a container: leaves it, or goes on to its next value. @returns whether it left */
  #leave(closers: number[]): boolean {
    const closer = closers[closers.length - 1];
    this.skipSpace();
    if (this.#take(closer)) {
      closers.pop();
      return true;
    }
    this.#expect(COMMA);
    this.skipSpace();
    if (closer === CLOSE_BRACE) this.readKey();
    return false;
  }

  #open(opener: number, closer: number): boolean {
    this.#expect(opener);
    this.skipSpace();
    return !this.#take(closer);
  }

  #skipColon(): void {
    this.skipSpace();
    this.#expect(COLON);
    this.skipSpace();
  }

  #skipString(): { ascii: boolean; escaped: boolean } {
    this.#expect(QUOTE);
    let ascii = true;
    let escaped = false;
    for (; this.position < this.#end; this.position++) {
      const byte = this.#bytes[this.position];
      if (byte === QUOTE) {
        this.position++;
        return { ascii, escaped };
      }
      if (byte < SPACE) throw malformed;
      if (byte >= 0x80) ascii = false;
      else if (byte === BACKSLASH) {
        escaped = true;
        this.position++;
      }
    }
    throw malformed;
  }

  #literal<T>(word: Uint8Array, value: T): T {
    for (const byte of word) this.#expect(byte);
    return value;
  }

  #current(): number {
    if (this.position >= this.#end) throw malformed;
    return this.#bytes[this.position];
  }

  #take(byte: number): boolean {
    if (this.position >= this.#end || this.#bytes[this.position] !== byte) return false;
    this.position++;
    return true;
  }

  #expect(byte: number): void {
    if (!this.#take(byte)) throw malformed;
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}

function withoutEscapes(content: string): string {
  try {
    const text: string = JSON.parse(`"${content}"`);
    return text;
  } catch {
    throw malformed;
  }
}
