import {
  type CellValue,
  type ChunkBuilder,
  type Column,
  MOST_COLUMNS,
  tooManyColumns,
} from '../table/chunk-builder.ts';

/** A line that counts as skipped, and why. */
interface InvalidLine {
  readonly reason: string;
}

/** `ignored`: blank, or an event of another type. */
export type LineVerdict = 'event' | 'ignored' | InvalidLine;

/** Stands for an array or object, which is no value and overwrites nothing. */
export const nested: unique symbol = Symbol('nested');
export type Value = CellValue | typeof nested;

const NO_DATA: InvalidLine = { reason: 'a metrics event whose data is not an object' };

/** Values of events that are arrays or objects. */
export interface LeftOut {
  readonly values: number;
  /** The name of the first of them. */
  readonly first: string | null;
}

const NOTHING_LEFT_OUT: LeftOut = { values: 0, first: null };

/** An event of more names has too many, whatever it logs under them; the steps are no columns. */
const MOST_FIELDS = MOST_COLUMNS + 2;

/** A key of `data`. */
export interface Field {
  /** Null for the steps, which are no columns. */
  readonly column: Column | null;
  /** The draft that shows it last, and where. */
  draft: number;
  place: number;
}

/**
 * What a line has said so far. It becomes an event if `type` is "metrics" and `data` an object; before that the builder
 * gets nothing.
 */
export class EventDraft {
  readonly #builder: ChunkBuilder;
  readonly #fields = new Map<string, Field>();
  readonly #globalStep: Field;
  readonly #step: Field;
  readonly #time: Field;
  #draft = 0;
  #isMetrics = false;
  #timestamp: Value = null;
  #hasData = false;
  /** The members of `data`, each with its number, or NaN and something else. */
  #count = 0;
  #leftOut = NOTHING_LEFT_OUT;
  readonly #shown: Field[] = [];
  readonly #numbers: number[] = [];
  readonly #others: (Value | undefined)[] = [];

  constructor(builder: ChunkBuilder) {
    this.#builder = builder;
    this.#globalStep = this.field('global_step');
    this.#step = this.field('step');
    this.#time = this.field('time');
  }

  /** Of all events so far. */
  get leftOut(): LeftOut {
    return this.#leftOut;
  }

  /** The field of this name, the same for every event. */
  field(name: string): Field {
    let field = this.#fields.get(name);
    if (field === undefined) {
      const isStep = name === 'global_step' || name === 'step';
      field = { column: isStep ? null : this.#builder.column(name), draft: 0, place: 0 };
      this.#fields.set(name, field);
    }
    return field;
  }

  /** Begins with nothing. */
  begin(): void {
    this.#isMetrics = false;
    this.#timestamp = null;
    this.#forgetData();
  }

  /** The line's own member `name` has this value; an object named `data` is told by `beginData`. */
  setMember(name: string, value: Value): void {
    if (name === 'ts') this.#timestamp = value;
    else if (name === 'type') this.#isMetrics = value === 'metrics';
    else if (name === 'data') this.#forgetData();
  }

  beginData(): void {
    this.#forgetData();
    this.#hasData = true;
  }

  #forgetData(): void {
    this.#hasData = false;
    this.#count = 0;
    this.#draft++;
  }

  setNumber(field: Field, value: number): void {
    const place = this.#placeOf(field);
    this.#numbers[place] = value;
    this.#others[place] = undefined;
  }

  setOther(field: Field, value: Exclude<Value, number>): void {
    const place = this.#placeOf(field);
    this.#numbers[place] = Number.NaN;
    this.#others[place] = value;
  }

  /** Of duplicate keys the last one wins, in the place of the first. */
  #placeOf(field: Field): number {
    if (field.draft !== this.#draft) {
      field.draft = this.#draft;
      field.place = this.#count++;
      this.#shown[field.place] = field;
      // A line may have millions: to know, not all of them have to be read.
      if (this.#count > MOST_FIELDS && this.#isMetrics) throw tooManyColumns;
    }
    return field.place;
  }

  /** The line is valid, and over: gives the event to the builder, if it is one. */
  conclude(): LineVerdict {
    if (!this.#isMetrics) return 'ignored';
    if (!this.#hasData) return NO_DATA;
    const step = this.#valueOf(this.#globalStep) ?? this.#valueOf(this.#step);
    const time = microseconds(this.#timestamp) ?? microseconds(this.#valueOf(this.#time));
    const builder = this.#builder;
    builder.begin(stepOf(step) ?? Number.NaN, time ?? Number.NaN);
    for (let place = 0; place < this.#count; place++) {
      const { column } = this.#shown[place];
      if (column === null) continue;
      const other = this.#others[place];
      if (other === undefined) builder.addNumber(column, this.#numbers[place]);
      else if (other !== nested) builder.add(column, other);
      else this.#leaveOut(column);
    }
    return 'event';
  }

  #leaveOut({ name }: Column): void {
    this.#leftOut = { values: this.#leftOut.values + 1, first: this.#leftOut.first ?? name };
  }

  #valueOf(field: Field): Value {
    if (field.draft !== this.#draft) return null;
    const other = this.#others[field.place];
    return other === undefined ? this.#numbers[field.place] : other;
  }
}

/** So that the difference of any two is finite. */
const MOST_MICROS = Number.MAX_VALUE / 2;

/** Whole microseconds of a Unix timestamp in seconds; null for what is none. */
function microseconds(seconds: Value): number | null {
  if (typeof seconds !== 'number') return null;
  const micros = Math.round(seconds * 1e6);
  return Math.abs(micros) <= MOST_MICROS ? micros : null;
}

/** A number truncated toward zero, or a decimal integer as text; null for what is no step. */
function stepOf(value: Value): number | null {
  const step = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof step !== 'number') return null;
  // Adding 0 makes a zero of a negative one.
  const whole = Math.trunc(step) + 0;
  return Number.isSafeInteger(whole) ? whole : null;
}
