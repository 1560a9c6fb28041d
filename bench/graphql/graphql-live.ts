/** What many who follow one growing run wait for, and what they cost the gateway. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureAdded } from '../harness/added-memory.ts';
import { type GatewayProcess, type Usage, withGateway } from '../harness/gateway-process.ts';
import { HttpClient } from '../harness/http-client.ts';
import type { Figure, Measured } from '../harness/measured.ts';
import { significant } from '../harness/table.ts';
import { makeStorage } from '../inputs/run-store.ts';
import { askGraphql } from './graphql-client.ts';
import type { GraphqlPlan, LiveSizes } from './graphql-plan.ts';
import { GrowingRun, LIVE_COLUMNS } from './growing-run.ts';
import { type Delays, type SubscribersProcess, withSubscribers } from './subscribers-process.ts';

/** Longer than any pause of `maxHz`. */
const SILENCE_MS = 1000;

const CURSOR_QUERY = `query ($runId: ID!, $columns: [String!]!) {
  run(runId: $runId) { metricsStep(columns: $columns) { cursor } }
}`;

/** The default. */
const USUAL_HZ = 4;

interface Load {
  readonly subscribers: number;
  readonly maxHz: number;
}

interface LoadCost {
  readonly delays: Delays;
  /** The gateway's time on processors by the time that passed: 1 is a whole core. */
  readonly processors: number;
}

/** Where the runs are followed, and by whom. */
interface Stage {
  readonly root: string;
  readonly gateway: GatewayProcess;
  readonly subscribers: SubscribersProcess;
  readonly sizes: LiveSizes;
}

export async function measureLive({ storage, live: sizes }: GraphqlPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'live'));
  const figures = await withGateway(root, (gateway) =>
    withSubscribers((subscribers) => measureStage({ root, gateway, subscribers, sizes })),
  );
  return { compared: [], figures, bars: [] };
}

async function measureStage(stage: Stage): Promise<Figure[]> {
  const { rate, seconds } = stage.sizes;
  const most = Math.max(...stage.sizes.subscribers);
  const figures: Figure[] = [renderMemory(most, await measureMemory(stage, most))];
  for (const count of stage.sizes.subscribers) {
    const delays = await measureSilences(stage, count);
    figures.push({ name: `append to receive after a second of silence, ${many(count)}`, text: renderDelays(delays) });
  }
  for (const maxHz of stage.sizes.maxHz) {
    for (const subscribers of stage.sizes.subscribers) {
      const { delays, processors } = await measureLoad(stage, { subscribers, maxHz });
      const name = `${rate} events a second for ${seconds} s, ${many(subscribers)}, \`maxHz: ${maxHz}\``;
      figures.push(
        { name: `append to receive, ${name}`, text: renderDelays(delays) },
        { name: `processor time of the gateway, ${name}`, text: renderProcessors(processors, subscribers) },
      );
    }
  }
  return figures;
}

/** What subscribers add who have received all there is. */
async function measureMemory({ root, gateway, subscribers, sizes }: Stage, count: number): Promise<Usage> {
  const run = new GrowingRun(root, 'idle', sizes.history);
  const subscribe = () => follow(gateway, subscribers, run, { subscribers: count, maxHz: USUAL_HZ });
  await subscribe();
  await subscribers.disconnect();
  const { added } = await measureAdded(gateway, subscribe);
  await subscribers.disconnect();
  return added;
}

/** How long one event takes that comes when nothing else is under way. */
async function measureSilences({ root, gateway, subscribers, sizes }: Stage, count: number): Promise<Delays> {
  const run = new GrowingRun(root, `silent-${count}`, sizes.history);
  await follow(gateway, subscribers, run, { subscribers: count, maxHz: USUAL_HZ });
  for (let i = 0; i < sizes.silences; i++) {
    // Not in step with any clock of the gateway's.
    await sleep(SILENCE_MS * (1 + 0.1 * Math.random()));
    run.append(1);
  }
  const delays = await subscribers.receivedUntil(run.steps);
  await subscribers.disconnect();
  return delays;
}

async function measureLoad({ root, gateway, subscribers, sizes }: Stage, load: Load): Promise<LoadCost> {
  const run = new GrowingRun(root, `load-${load.subscribers}-${load.maxHz}`, sizes.history);
  await follow(gateway, subscribers, run, load);
  await gateway.processorTime();
  const start = performance.now();
  for (let i = 0; i < sizes.rate * sizes.seconds; i++) {
    const dueAt = start + (1000 * (i + Math.random())) / sizes.rate;
    await sleep(Math.max(0, dueAt - performance.now()));
    run.append(1);
  }
  const delays = await subscribers.receivedUntil(run.steps);
  const processors = (await gateway.processorTime()) / (performance.now() - start);
  run.end();
  await subscribers.ended();
  await subscribers.disconnect();
  return { delays, processors };
}

async function follow(
  { url }: GatewayProcess,
  subscribers: SubscribersProcess,
  run: GrowingRun,
  load: Load,
): Promise<void> {
  const client = new HttpClient(url);
  const variables = { runId: run.id, columns: LIVE_COLUMNS };
  const data = await askGraphql<{ readonly run: { readonly metricsStep: { readonly cursor: string } } }>(client, {
    query: CURSOR_QUERY,
    variables,
  });
  client.close();
  const { cursor } = data.run.metricsStep;
  const live = { url, runId: run.id, after: cursor, step: run.steps, maxHz: load.maxHz };
  await subscribers.subscribe(load.subscribers, live);
}

function renderMemory(subscribers: number, { inUse, resident }: Usage): Figure {
  const each = (bytes: number) => `${significant(bytes / 1e6)} MB, ${significant(bytes / subscribers / 1000)} kB each`;
  return {
    name: `memory added by ${many(subscribers)} that have all there is`,
    text: `in use ${each(inUse)}; resident ${each(resident)}`,
  };
}

function renderDelays({ median, p95, p99 }: Delays): string {
  return `median ${significant(median)} ms, 95 % ${significant(p95)} ms, 99 % ${significant(p99)} ms`;
}

function renderProcessors(cores: number, subscribers: number): string {
  const percent = (share: number) => `${significant(100 * share)} %`;
  return `${percent(cores)} of a core${subscribers === 1 ? '' : `, ${percent(cores / subscribers)} a subscriber`}`;
}

function many(subscribers: number): string {
  return subscribers === 1 ? '1 subscriber' : `${subscribers} subscribers`;
}
