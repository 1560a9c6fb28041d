import { type EventDraft, type LineVerdict, nested, type Value } from './event-draft.ts';
import { JsonScanner, malformed } from './json-scanner.ts';

const NOT_AN_OBJECT: LineVerdict = { reason: 'not a JSON object' };

/** Reads one event line of any form, by the rules of the file format. */
export class EventLineReader {
  readonly #draft: EventDraft;
  readonly #scanner = new JsonScanner();

  constructor(draft: EventDraft) {
    this.#draft = draft;
  }

  /** Reads the line in [from, to) of `bytes`, without its end, as `JsonScanner.reset` wants it. */
  read(bytes: Buffer, from: number, to: number): LineVerdict {
    const scanner = this.#scanner;
    scanner.reset(bytes, from, to);
    try {
      if (scanner.atEnd()) return 'ignored';
      const isObject = scanner.peek() === 'object';
      if (isObject) this.#readMembers();
      else scanner.skipValue();
      if (!scanner.atEnd()) throw malformed;
      return isObject ? this.#draft.conclude() : NOT_AN_OBJECT;
    } catch (error) {
      if (error === malformed) return { reason: `not JSON at byte ${scanner.position - from + 1}` };
      throw error;
    }
  }

  #readMembers(): void {
    const scanner = this.#scanner;
    this.#draft.begin();
    for (let more = scanner.openObject(); more; more = scanner.nextMember()) {
      const name = scanner.readKey();
      if (name === 'data' && scanner.peek() === 'object') this.#readData();
      else this.#draft.setMember(name, this.#readValue());
    }
  }

  #readData(): void {
    const scanner = this.#scanner;
    this.#draft.beginData();
    for (let more = scanner.openObject(); more; more = scanner.nextMember()) {
      const field = this.#draft.field(scanner.readKey());
      const value = this.#readValue();
      if (typeof value === 'number') this.#draft.setNumber(field, value);
      else this.#draft.setOther(field, value);
    }
  }

  #readValue(): Value {
    const scanner = this.#scanner;
    switch (scanner.peek()) {
      case 'number':
        return scanner.readNumber();
      case 'string':
        return scanner.readString();
      case 'true':
        return scanner.readTrue();
      case 'false':
        return scanner.readFalse();
      case 'null':
        return scanner.readNull();
      default:
        scanner.skipValue();
        return nested;
    }
  }
}
