import type { Frame } from '../../src/metrics/answers/frame.ts';
import type { MetricEvent } from '../../src/metrics/live/metric-event.ts';

/** What a client draws: of each x the values that there are, NaN and infinities included. */
export class Chart {
  cursor: string;
  readonly #rows = new Map<number, object>();

  /** @param frame of all rows */
  constructor(frame: Frame) {
    this.cursor = frame.cursor;
    this.#put(frame);
  }

  /** Rows ascending by x. */
  get rows(): readonly (readonly [x: number, row: object])[] {
    return [...this.#rows].toSorted(([a], [b]) => a - b);
  }

  take(event: MetricEvent): void {
    if (event.type === 'reset') this.#rows.clear();
    if (event.type === 'delta') {
      for (const x of [...event.removed, ...event.frame.x]) this.#rows.delete(x);
      this.#put(event.frame);
    }
    this.cursor = event.type === 'delta' ? event.frame.cursor : event.cursor;
  }

  #put({ x, series, labels }: Frame): void {
    const rows = Array.from(x, (): Record<string, number | string> => ({}));
    for (const { name, values, nonFinite } of series) {
      const special = new Map(nonFinite.map((point) => [point.x, point.value]));
      for (const [place, at] of x.entries()) {
        const value = special.get(at) ?? values[place];
        if (special.has(at) || !Number.isNaN(value)) rows[place][`number ${name}`] = value;
      }
    }
    for (const { name, values } of labels) {
      for (const [place, value] of values.entries()) if (value !== null) rows[place][`label ${name}`] = value;
    }
    for (const [place, at] of x.entries()) this.#rows.set(at, rows[place]);
  }
}
