import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Operation } from '../support/operation-clients.ts';
import { START } from '../support/storage.ts';
import type { ConformanceGateway } from './fixture.ts';

/** Something that a subscription follows. Items are what it tells, in order, however it packs them into results. */
export interface Followed {
  /** The run in which it happens. */
  readonly runId: string;
  readonly operation: Operation;
  /** What there is to tell at the beginning. */
  readonly before: readonly unknown[];
  /** Lets something happen. @returns what is to be told of it */
  readonly grow: () => Promise<readonly unknown[]>;
  /** Lets it end; absent where it never does. @returns the same */
  readonly end?: () => Promise<readonly unknown[]>;
  /** The items of a result's data. */
  readonly items: (data: unknown) => readonly unknown[];
}

/** A subscription that is to keep the promises of all. */
interface Subscription {
  /** Has few items before. */
  readonly begin: (gateway: ConformanceGateway) => Promise<Followed>;
  /** Has more before than connections hold: so many bytes as results, about. */
  readonly beginLarge: (gateway: ConformanceGateway) => Promise<Followed & { readonly bytes: number }>;
  /** Variables with which the operation fails, and the code of its error. */
  readonly failures: readonly (readonly [code: string, variables: object])[];
}

/** All subscriptions, by the name of their field. */
export const SUBSCRIPTIONS: readonly (readonly [field: string, subscription: Subscription])[] = [
  [
    'logs',
    {
      begin: (gateway) => followLog(gateway, ['one', 'two']),
      async beginLarge(gateway) {
        const lines = Array.from({ length: 32_000 }, (_, i) => `${i} `.padEnd(1000, 'x'));
        return { ...(await followLog(gateway, lines)), bytes: 32_000_000 };
      },
      failures: [
        ['RUN_NOT_FOUND', { id: 'nope' }],
        ['BAD_USER_INPUT', { tail: -1 }],
        ['BAD_USER_INPUT', { after: 'nope' }],
      ],
    },
  ],
  [
    'metrics',
    {
      begin: (gateway) => followMetrics(gateway, 2),
      beginLarge: async (gateway) => ({ ...(await followMetrics(gateway, 200_000)), bytes: 200_000 * 130 }),
      failures: [
        ['RUN_NOT_FOUND', { id: 'nope' }],
        ['BAD_USER_INPUT', { maxHz: 0 }],
        ['BAD_USER_INPUT', { after: 'nope' }],
      ],
    },
  ],
];

const LOGS = `subscription ($id: ID!, $after: String, $tail: Int = 1000000) {
  logs(runId: $id, after: $after, tail: $tail) { ... on LogBatch { lines } ... on StreamEnd { status } }
}`;
const logsData = z.object({
  logs: z.union([z.object({ lines: z.array(z.string()) }), z.object({ status: z.string() })]),
});

/** Items are lines, and the status at the end. */
async function followLog(gateway: ConformanceGateway, lines: readonly string[]): Promise<Followed> {
  const content = lines.map((line) => `${line}\n`).join('');
  const { id, directory, finish } = await serveRunning(gateway, 'logs.txt', content);
  let grown = 0;
  return {
    runId: id,
    operation: { query: LOGS, variables: { id } },
    before: lines,
    async grow() {
      const line = `grown ${++grown}`;
      await appendFile(join(directory, 'logs.txt'), `${line}\n`);
      return [line];
    },
    end: finish,
    items(data) {
      const { logs } = logsData.parse(data);
      return 'lines' in logs ? logs.lines : [logs.status];
    },
  };
}

const METRICS = `subscription ($id: ID!, $after: String, $maxHz: Float = 20) {
  metrics(runId: $id, after: $after, maxHz: $maxHz) {
    ... on MetricDelta { frame { x series { values } } }
    ... on StreamEnd { status }
  }
}`;
const metricsData = z.object({
  metrics: z.union([
    z.object({ frame: z.object({ x: z.array(z.number()) }).loose() }),
    z.object({ status: z.string() }),
  ]),
});

/** Items are the steps of rows, and the status at the end. */
async function followMetrics(gateway: ConformanceGateway, rows: number): Promise<Followed> {
  const steps = Array.from({ length: rows }, (_, i) => i);
  const { id, directory, finish } = await serveRunning(gateway, 'events.jsonl', steps.map(logged).join(''));
  let grown = rows;
  return {
    runId: id,
    operation: { query: METRICS, variables: { id } },
    before: steps,
    async grow() {
      const step = grown++;
      await appendFile(join(directory, 'events.jsonl'), logged(step));
      return [step];
    },
    end: finish,
    items(data) {
      const { metrics } = metricsData.parse(data);
      return 'frame' in metrics ? metrics.frame.x : [metrics.status];
    },
  };
}

/** A line of events.jsonl, of which a result has 130 bytes. */
function logged(step: number): string {
  const metrics = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => `"${name}": ${Math.sin(step + i)}`);
  return `{"ts": ${START + step}, "type": "metrics", "data": {${metrics.join(', ')}, "global_step": ${step}}}\n`;
}

async function serveRunning(gateway: ConformanceGateway, file: string, content: string) {
  const status = { status: 'running', started_at: START };
  const { id, directory } = await gateway.serve({
    meta: { hostname: 'elsewhere' },
    status,
    files: { [file]: content },
  });
  const finish = async () => {
    await writeFile(join(directory, 'status.json'), JSON.stringify({ ...status, status: 'finished' }));
    return ['FINISHED'];
  };
  return { id, directory, finish };
}
