import type { CellValue, ChunkBuilder } from './chunk-builder.ts';
import { ExpectedKeys } from './expected-keys.ts';
import { JsonScanner, malformed } from './json-scanner.ts';

/** A line that counts as skipped, and why. */
interface InvalidLine {
  readonly reason: string;
}

/** `ignored`: blank, or an event of another type. */
export type LineVerdict = 'event' | 'ignored' | InvalidLine;

/** Stands for an array or object, which is no value and overwrites nothing. */
const nested: unique symbol = Symbol('nested');
type Value = CellValue | typeof nested;

const METRICS = Buffer.from('metrics');

const NOT_AN_OBJECT: InvalidLine = { reason: 'not a JSON object' };
const NO_DATA: InvalidLine = { reason: 'a metrics event whose data is not an object' };

/**
 * Reads event lines of a run into a chunk builder, by the rules of the file format:
 * one JSON object a line; it is an event if `type` is "metrics" and `data` an object.
 */
export class EventLineReader {
  readonly #builder: ChunkBuilder;
  readonly #scanner = new JsonScanner();
  #isMetrics = false;
  #timestamp: Value = null;
  #hasData = false;
  #names: string[] = [];
  #values: Value[] = [];
  readonly #lineKeys = new ExpectedKeys();
  readonly #dataKeys = new ExpectedKeys();

  constructor(builder: ChunkBuilder) {
    this.#builder = builder;
  }

  /** Reads the line in [from, to) of `bytes`, without its end. The builder gets the event, or nothing. */
  read(bytes: Buffer, from: number, to: number): LineVerdict {
    const scanner = this.#scanner;
    scanner.reset(bytes, from, to);
    try {
      if (scanner.atEnd()) return 'ignored';
      const isObject = scanner.peek() === 'object';
      if (isObject) this.#readLine();
      else scanner.skipValue();
      if (!scanner.atEnd()) throw malformed;
      return isObject ? this.#conclude() : NOT_AN_OBJECT;
    } catch (error) {
      if (error === malformed) return { reason: `not JSON at byte ${scanner.position - from + 1}` };
      throw error;
    }
  }

  #readLine(): void {
    const scanner = this.#scanner;
    this.#isMetrics = false;
    this.#timestamp = null;
    this.#hasData = false;
    let place = 0;
    for (let more = scanner.openObject(); more; more = scanner.nextMember()) {
      switch (this.#lineKeys.read(scanner, place++)) {
        case 'type':
          this.#isMetrics = scanner.takeString(METRICS) || this.#readValue() === 'metrics';
          break;
        case 'ts':
          this.#timestamp = this.#readValue();
          break;
        case 'data':
          this.#hasData = scanner.peek() === 'object';
          if (this.#hasData) this.#readData();
          else scanner.skipValue();
          break;
        default:
          scanner.skipValue();
      }
    }
  }

  #readData(): void {
    const scanner = this.#scanner;
    this.#names.length = 0;
    this.#values.length = 0;
    for (let more = scanner.openObject(); more; more = scanner.nextMember()) {
      this.#names.push(this.#dataKeys.read(scanner, this.#names.length));
      this.#values.push(this.#readValue());
    }
    if (!this.#dataKeys.areDistinct(this.#names.length)) this.#settleDuplicates();
  }

  /** Of duplicate keys the last one wins, in the place of the first. */
  #settleDuplicates(): void {
    const members = new Map<string, Value>(this.#names.map((name, i) => [name, this.#values[i]]));
    this.#names = [...members.keys()];
    this.#values = [...members.values()];
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

  #conclude(): LineVerdict {
    if (!this.#isMetrics) return 'ignored';
    if (!this.#hasData) return NO_DATA;
    const globalStep = this.#member('global_step');
    const step = globalStep ?? this.#member('step');
    const time = microseconds(this.#timestamp) ?? microseconds(this.#member('time'));
    this.#builder.begin(stepOf(step) ?? Number.NaN, time ?? Number.NaN);
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i];
      const value = this.#values[i];
      if (value !== nested && name !== 'global_step' && name !== 'step') this.#builder.add(name, value);
    }
    return 'event';
  }

  #member(name: string): Value | undefined {
    const at = this.#names.indexOf(name);
    return at < 0 ? undefined : this.#values[at];
  }
}

/** Whole microseconds of a Unix timestamp in seconds; null for what is none. */
function microseconds(seconds: Value | undefined): number | null {
  if (typeof seconds !== 'number') return null;
  const micros = Math.round(seconds * 1e6);
  return Number.isFinite(micros) ? micros : null;
}

/** A number truncated toward zero, or a decimal integer as text; null for what is no step. */
function stepOf(value: Value | undefined): number | null {
  const step = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof step !== 'number') return null;
  // Adding 0 makes a zero of a negative one.
  const whole = Math.trunc(step) + 0;
  return Number.isSafeInteger(whole) ? whole : null;
}
