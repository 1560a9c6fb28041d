import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type HeldMetrics, holdFrame, mergeDelta } from 'runlens/merge-delta';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { eventFile } from '../support/event-files.ts';
import { changeFile, fileChange } from '../support/file-changes.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { type OperationClient, overSse, overWebSocket } from '../support/operation-clients.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';

const STALLED_MS = 5000;
const RUNS = { numRuns: Number(process.env.RUNLENS_LIVE_RUNS ?? 8), endOnFailure: true };

// More of them than usual may be asked for.
vi.setConfig({ testTimeout: 120_000 + RUNS.numRuns * 2000 });

const TRANSPORTS = { 'graphql-ws': overWebSocket, SSE: overSse } as const;
const FRAME = 'x series { name values nonFinite { x value } } labels { name values } cursor';
const FIELDS = { STEP: 'metricsStep', TIME: 'metrics' } as const;
const FOLLOW = `subscription ($id: ID!, $axis: Axis!, $columns: [String!], $after: String) {
  metrics(runId: $id, axis: $axis, columns: $columns, after: $after, maxHz: 20) {
    __typename
    ... on MetricDelta { frame { ${FRAME} } removed }
    ... on StreamReset { cursor }
    ... on StreamEnd { cursor }
  }
}`;

const points = z.array(z.object({ x: z.number(), value: z.enum(['NAN', 'POSITIVE_INFINITY', 'NEGATIVE_INFINITY']) }));
const frame = z.object({
  x: z.array(z.number()),
  series: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()), nonFinite: points })),
  labels: z.array(z.object({ name: z.string(), values: z.array(z.string().nullable()) })),
  cursor: z.string(),
});
const queryAnswer = z.object({ data: z.object({ run: z.object({ frame }) }) });
const told = z.object({
  type: z.literal('result'),
  data: z.object({
    metrics: z.discriminatedUnion('__typename', [
      z.object({ __typename: z.literal('MetricDelta'), frame, removed: z.array(z.number()) }),
      z.object({ __typename: z.enum(['StreamReset', 'StreamEnd']), cursor: z.string() }),
    ]),
  }),
});

interface Chart {
  readonly axis: keyof typeof FIELDS;
  /** Null for all. */
  readonly columns: readonly string[] | null;
  readonly transport: keyof typeof TRANSPORTS;
}

const chart: fc.Arbitrary<Chart> = fc.record({
  axis: fc.constantFrom('STEP', 'TIME'),
  columns: fc.option(fc.subarray(['loss', 'stage', 'accuracy', '损失', '__proto__', 'a"b'])),
  transport: fc.constantFrom('graphql-ws', 'SSE'),
});

let storage: TestStorage;
/** Two gateways over the same files, and one to ask what a chart should look like. */
let gateways: readonly TestGateway[];
let judge: TestGateway;

beforeAll(async () => {
  storage = await makeStorage();
  [judge, ...gateways] = [
    await startTestGateway(storage),
    await startTestGateway(storage),
    await startTestGateway(storage),
  ];
});

afterAll(async () => {
  for (const gateway of [judge, ...gateways]) await gateway.close();
  await storage.remove();
});

/** The whole run, as a query answers it. */
async function queried(id: string, { axis, columns }: Chart): Promise<HeldMetrics> {
  const query = `query ($id: ID!, $columns: [String!]) {
    run(runId: $id) { frame: ${FIELDS[axis]}(columns: $columns) { ${FRAME} } }
  }`;
  const body = JSON.stringify({ query, variables: { id, columns } });
  const headers = { 'content-type': 'application/json' };
  const answer = await judge.request('/graphql', { method: 'POST', headers, body });
  return holdFrame(queryAnswer.parse(answer.json()).data.run.frame);
}

/** What is drawn: columns by name, those without any value left out, in any order. */
function drawn({ x, series, labels, nonFinite }: HeldMetrics) {
  const filled = <Value>(columns: ReadonlyMap<string, readonly Value[]>) =>
    new Map([...columns].filter(([, values]) => values.some((value) => value !== null)));
  return { x, series: filled(series), labels: filled(labels), nonFinite: filled(nonFinite) };
}

/** Whether rows have an x each: not beside a timestamp so far away that doubles cannot tell others apart. */
function canBeTold({ x }: HeldMetrics): boolean {
  return new Set(x).size === x.length;
}

/** A client that holds a chart of one run, and follows it through either gateway. */
class Client {
  readonly #id: string;
  readonly #chart: Chart;
  readonly held: HeldMetrics;
  #events: OperationClient;

  constructor(id: string, asked: Chart, held: HeldMetrics) {
    this.#id = id;
    this.#chart = asked;
    this.held = held;
    this.#events = this.#follow(0);
  }

  #follow(gateway: number): OperationClient {
    const { axis, columns, transport } = this.#chart;
    const variables = { id: this.#id, axis, columns, after: this.held.cursor };
    return TRANSPORTS[transport](gateways[gateway].url, { query: FOLLOW, variables });
  }

  reconnect(gateway: number): void {
    this.leave();
    this.#events = this.#follow(gateway);
  }

  /** Takes events until the chart is what a new one would be, which is returned, or none come any more. */
  async catchUp(): Promise<HeldMetrics> {
    for (;;) {
      const wanted = await queried(this.#id, this.#chart);
      if (!canBeTold(wanted) || isDeepStrictEqual(drawn(this.held), drawn(wanted))) return wanted;
      const late = setTimeout(() => this.leave(), STALLED_MS);
      const event = await this.#events.next();
      clearTimeout(late);
      if (event.type === 'closed') return wanted;
      mergeDelta(this.held, told.parse(event).data.metrics);
    }
  }

  leave(): void {
    this.#events.close();
  }
}

let runs = 0;

it('mergeDelta holds, over either transport, what a fresh query answers, whatever a writer does', async () => {
  await fc.assert(
    fc.asyncProperty(
      eventFile,
      fc.array(chart, { minLength: 1, maxLength: 2 }),
      fc.array(fc.record({ what: fileChange, reconnect: fc.constantFrom(null, null, null, 0, 1) }), {
        minLength: 1,
        maxLength: 7,
      }),
      async (before, charts, changes) => {
        const id = `run${runs++}`;
        const status = { status: 'running', started_at: START };
        const directory = await storage.addRun(id, { meta: { hostname: 'elsewhere' }, status, events: before });
        const file = join(directory, 'events.jsonl');
        const clients = await Promise.all(charts.map(async (asked) => new Client(id, asked, await queried(id, asked))));
        try {
          for (const { what, reconnect } of changes) {
            if (reconnect !== null) for (const client of clients) client.reconnect(reconnect);
            await changeFile(file, what);
            for (const client of clients) {
              const wanted = await client.catchUp();
              fc.pre(canBeTold(wanted));
              expect(drawn(client.held)).toEqual(drawn(wanted));
            }
          }
        } finally {
          for (const client of clients) client.leave();
          await rm(directory, { recursive: true });
        }
      },
    ),
    RUNS,
  );
});
