import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, it, vi } from 'vitest';
import { LiveMetrics } from '../../../src/metrics/live/live-metrics.ts';
import type { MetricEvent } from '../../../src/metrics/live/metric-event.ts';
import { MetricsCache } from '../../../src/metrics/metrics-cache.ts';
import { EVERYWHERE } from '../../support/bounds.ts';
import { Chart } from '../../support/chart.ts';
import { eventFile } from '../../support/event-files.ts';
import { changeFile, fileChange } from '../../support/file-changes.ts';
import { everything } from '../../support/metrics.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const LIMITS = { maxRuns: 3, maxBytes: 2 ** 28 };
const STALLED_MS = 5000;
const RUNS = { numRuns: Number(process.env.RUNLENS_LIVE_RUNS ?? 12), endOnFailure: true };

// More of them than usual may be asked for.
vi.setConfig({ testTimeout: 120_000 + RUNS.numRuns * 2000 });

/** Two gateways over the same files, and one to ask what a chart should look like. */
const caches = [new MetricsCache(EVERYWHERE, LIMITS), new MetricsCache(EVERYWHERE, LIMITS)];
const gateways = caches.map((cache) => new LiveMetrics(cache));
const judge = new MetricsCache(EVERYWHERE, LIMITS);

afterAll(async () => {
  for (const gateway of gateways) gateway.close();
  for (const cache of [...caches, judge]) await cache.close();
});

interface Request {
  readonly axis: 'step' | 'time';
  readonly columns: readonly string[] | null;
}

const request: fc.Arbitrary<Request> = fc.record({
  axis: fc.constantFrom('step', 'time'),
  columns: fc.option(fc.subarray(['loss', 'stage', 'accuracy', '损失', '__proto__'], { minLength: 1 })),
});

/** A client that holds a chart, and follows one run through either gateway. */
class Client {
  readonly #file: string;
  readonly #request: Request;
  readonly chart: Chart;
  #events: AsyncIterableIterator<MetricEvent>;

  constructor(file: string, asked: Request, chart: Chart) {
    this.#file = file;
    this.#request = asked;
    this.chart = chart;
    this.#events = this.#follow(0);
  }

  #follow(gateway: number): AsyncIterableIterator<MetricEvent> {
    const source = { path: this.#file, writerState: async () => 'writing' as const };
    return gateways[gateway].follow(source, { ...this.#request, after: this.chart.cursor, maxHz: 20 });
  }

  async reconnect(gateway: number): Promise<void> {
    await this.leave();
    this.#events = this.#follow(gateway);
  }

  /** Takes events until the chart is what a new one would be, which is returned, or none come any more. */
  async catchUp(): Promise<Chart> {
    for (;;) {
      const wanted = await chartOf(this.#file, this.#request);
      if (isDeepStrictEqual(this.chart.rows, wanted.rows)) return wanted;
      const late = setTimeout(() => void this.leave(), STALLED_MS);
      const { value, done } = await this.#events.next();
      clearTimeout(late);
      if (done === true) return wanted;
      this.chart.take(value);
    }
  }

  async leave(): Promise<void> {
    await this.#events.return?.();
  }
}

async function chartOf(file: string, { axis, columns }: Request): Promise<Chart> {
  const metrics = await judge.read(file);
  return new Chart(await metrics.frame({ ...everything(axis), columns }));
}

let files = 0;

it('a chart made of one query and what is told since equals a new query, whatever a writer does', async () => {
  await fc.assert(
    fc.asyncProperty(
      eventFile,
      fc.array(request, { minLength: 1, maxLength: 2 }),
      fc.array(fc.record({ what: fileChange, reconnect: fc.constantFrom(null, null, null, 0, 1) }), {
        minLength: 1,
        maxLength: 7,
      }),
      async (before, requests, changes) => {
        const file = join(directory(), `${files++}.jsonl`);
        await writeFile(file, before);
        const clients = await Promise.all(
          requests.map(async (asked) => new Client(file, asked, await chartOf(file, asked))),
        );
        for (const { what, reconnect } of changes) {
          if (reconnect !== null) for (const client of clients) await client.reconnect(reconnect);
          await changeFile(file, what);
          for (const client of clients) {
            const wanted = await client.catchUp();
            expect(client.chart.rows).toEqual(wanted.rows);
          }
        }
        for (const client of clients) await client.leave();
      },
    ),
    RUNS,
  );
});
