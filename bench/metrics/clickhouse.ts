/** ClickHouse, in the process of the benchmark: npm `chdb`. */
import { availableParallelism } from 'node:os';
import { Session } from 'chdb';
import { METRICS } from '../inputs/events-file.ts';

/** What an event of `FOUR_METRICS` holds. */
const EVENT = `ts Float64, type String, data Tuple(${[...METRICS, 'time'].map((name) => `"${name}" Float64`).join(', ')}, "global_step" Int64)`;

export class ClickHouse {
  readonly #session = new Session();
  readonly version = this.#query('SELECT version()').trim().replaceAll('"', '');

  /** Reads all columns of a file of `FOUR_METRICS` into memory, with as many threads as there are cores. */
  readEvents(file: string): void {
    this.#query('CREATE DATABASE IF NOT EXISTS bench');
    this.#query('DROP TABLE IF EXISTS bench.events');
    this.#query(`CREATE TABLE bench.events (${EVENT}) ENGINE = Memory`);
    this.#query(
      `INSERT INTO bench.events SELECT * FROM file('${file}', JSONEachRow, '${EVENT}')
       SETTINGS max_threads = ${availableParallelism()}`,
    );
  }

  /** @returns the number of events that were read, and the sum of their steps */
  countAndSteps(): number[] {
    const answer = this.#query('SELECT count(), sum(data.global_step) FROM bench.events');
    return answer.split(',').map(Number);
  }

  /** Makes the curve of the events that were read: their steps and the first metric. */
  makeCurve(): void {
    this.#query('DROP TABLE IF EXISTS bench.curve');
    this.#query(
      `CREATE TABLE bench.curve ENGINE = Memory AS
       SELECT toFloat64(data.global_step) AS x, data."${METRICS[0]}" AS y FROM bench.events ORDER BY x`,
    );
  }

  /** @returns the chosen points of the curve, as ClickHouse writes them: to parse them is no part of its work */
  lttb(wanted: number, threads: number): string {
    return this.#query(`SELECT lttb(${wanted})(x, y) FROM bench.curve SETTINGS max_threads = ${threads}`);
  }

  /** @param points as `lttb` answers, for example `"[(0,1.5),(3,2)]"` */
  static xOf(points: string): number[] {
    return Array.from(points.matchAll(/\(([^,]+),/g), ([, x]) => Number(x));
  }

  close(): void {
    this.#session.cleanup();
  }

  #query(sql: string): string {
    return this.#session.query(sql, 'CSV');
  }
}
