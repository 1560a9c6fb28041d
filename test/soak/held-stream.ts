import { z } from 'zod';
import { Fault } from '../fuzz/fuzzer.ts';
import type { ClientEvent } from '../support/log-clients.ts';
import type { OperationEvent } from '../support/operation-clients.ts';
import { lineOf, lossAt } from './growing-runs.ts';

/** What a client holds of a stream that it comes back to, by the cursor of the last event. */
export interface HeldStream<Event> {
  readonly run: string;
  readonly cursor: string | null;
  /** The number of the next line, or the next step; null before there was one. */
  readonly next: number | null;
  /** How many lines or rows were as they should be. */
  readonly checked: number;
  /** Throws a Fault where something is missing, comes twice or is not what was written. @returns whether more may come */
  take(event: Event): boolean;
}

/** The log of a run, each line of which must come once. */
export class HeldLog implements HeldStream<ClientEvent> {
  readonly run: string;
  cursor: string | null = null;
  next: number | null = null;
  checked = 0;

  constructor(run: string) {
    this.run = run;
  }

  take(event: ClientEvent): boolean {
    if (event.type === 'closed' || event.type === 'complete') return false;
    // Frames of the log socket: it begins anew with each connection, and some frames are the gateway's own.
    if (event.type === 'frame') {
      if (!event.text.startsWith('[info] ')) this.#takeLine(event.text);
      return true;
    }
    if (event.type !== 'LogBatch') throw new Fault(`the log of ${this.run}: unexpected ${JSON.stringify(event)}`);
    for (const line of event.lines) this.#takeLine(line);
    this.cursor = event.cursor;
    return true;
  }

  #takeLine(line: string): void {
    const number = this.next ?? Number(line.split(' ')[1]);
    if (line !== lineOf(this.run, number)) {
      throw new Fault(`the log of ${this.run}: '${line}' came where line ${number} was due`);
    }
    this.next = number + 1;
    this.checked++;
  }
}

export const FOLLOW_METRICS = `
  subscription ($run: ID!, $after: String) {
    metrics(runId: $run, axis: STEP, columns: ["loss"], after: $after, maxHz: 10) {
      type: __typename
      ... on MetricDelta { frame { x series { values } cursor } removed }
      ... on StreamReset { reason }
      ... on StreamEnd { status }
    }
  }`;

const delta = z.object({
  metrics: z.object({
    type: z.literal('MetricDelta'),
    frame: z.object({
      x: z.array(z.number()),
      series: z.array(z.object({ values: z.array(z.number().nullable()) })),
      cursor: z.string(),
    }),
    removed: z.array(z.number()).length(0),
  }),
});

/** The metrics of a run, each step of which must come once, with its loss. */
export class HeldMetrics implements HeldStream<OperationEvent> {
  readonly run: string;
  cursor: string | null = null;
  next = 0;
  checked = 0;

  constructor(run: string) {
    this.run = run;
  }

  take(event: OperationEvent): boolean {
    if (event.type !== 'result') return false;
    const parsed = delta.safeParse(event.data);
    if (!parsed.success) throw new Fault(`the metrics of ${this.run}: unexpected ${JSON.stringify(event)}`);
    const { x, series, cursor } = parsed.data.metrics.frame;
    for (const [i, step] of x.entries()) {
      if (step !== this.next || series[0]?.values[i] !== lossAt(step)) {
        throw new Fault(
          `the metrics of ${this.run}: step ${step} with ${series[0]?.values[i]} where ${this.next} was due`,
        );
      }
      this.next++;
      this.checked++;
    }
    this.cursor = cursor;
    return true;
  }
}
