/**
 * `npm run soak -- --minutes 30`: runs that grow, subscribers that come and go, and a gateway that is restarted and then
 * watched. Prints what was done and measured, and fails where a promise broke.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../fuzz/fuzzer.ts';
import { HttpClient } from '../fuzz/http-client.ts';
import { Inspector } from '../fuzz/inspector.ts';
import { Random } from '../fuzz/random.ts';
import { makeStorage } from '../support/storage.ts';
import { GrowingRuns } from './growing-runs.ts';
import { RestartedGateway } from './restarted-gateway.ts';
import { isGrowing, type Sample, type Trend, trendOf } from './trend.ts';
import { Visitor, visitsOf } from './visitors.ts';

/** Between two things that all runs log. */
const TICK_MS = 2000;
/** The share of the time in which the gateway is restarted, and how often; the rest is one life, which is watched. */
const RESTARTING = 0.25;
const RESTARTS = ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGTERM'] as const;
/** The share of that life in which caches fill and code is compiled: not judged. */
const WARM_UP = 0.2;
/** Between two samples, each of which stops everything for a moment; so many at least. */
const SAMPLE_SECONDS = 10;
const LEAST_SAMPLES = 9;
/** Whoever stays for longer has not been told to leave. */
const LONGEST_VISIT_SECONDS = 20;
/** A shorter life tells nothing about memory. */
const LEAST_SECONDS = 240;
const MIB = 2 ** 20;

interface Flags {
  readonly seconds: number;
  readonly minutes?: number;
  readonly runs: number;
  readonly subscribers: number;
  readonly cacheSize: string;
  readonly seed: number;
}

interface Memory {
  readonly heap: readonly Sample[];
  readonly resident: readonly Sample[];
}

await new Command('npm run soak --')
  .option('--minutes <n>', 'for how long', positive)
  .option('--seconds <n>', 'the same', positive, 20)
  .option('--runs <n>', 'how many grow', positive, 50)
  .option('--subscribers <n>', 'how many come and go', positive, 200)
  .option('--cache-size <size>', 'of the gateway: so small that runs displace each other', '2MiB')
  .option('--seed <n>', 'of what is random', Number, 1)
  .action(async (flags: Flags) => soak(flags))
  .parseAsync();

async function soak({ minutes, seconds, runs: count, subscribers, cacheSize, seed }: Flags): Promise<void> {
  const duration = minutes === undefined ? seconds : 60 * minutes;
  const random = new Random(seed);
  await using storage = await makeStorage();
  const runs = await GrowingRuns.begin(storage, count, random.fork());
  await using gateway = await RestartedGateway.start(storage.root, cacheSize);
  const visitors = Array.from({ length: subscribers }, () => new Visitor(gateway, runs, random.fork()));
  const ending = new AbortController();
  // All visitors hear of the end.
  setMaxListeners(0, ending.signal);
  const growing = grow(runs, ending.signal);
  const visiting = visitors.map((visitor) => visitor.stayAround(ending.signal));
  const broken = Promise.all([growing, ...visiting]).then(() => new Promise<never>(() => undefined));
  try {
    const watching = restartAndWatch(gateway, duration);
    const memory = await Promise.race([watching, broken]);
    ending.abort();
    await Promise.all([growing, ...visiting]);
    await runs.removePassing();
    await Promise.all(visitors.map((visitor) => visitor.readToEnd()));
    const cache = await cacheOf(gateway);
    await (await gateway.handles()).checkReturned();
    await report({ duration, runs, visitors, gateway, memory, cache });
  } finally {
    ending.abort();
  }
}

async function grow(runs: GrowingRuns, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await runs.grow();
    await setTimeout(TICK_MS);
  }
}

async function restartAndWatch(gateway: RestartedGateway, seconds: number): Promise<Memory> {
  const restarting = seconds * RESTARTING;
  for (const signal of RESTARTS) {
    await setTimeout((1000 * restarting) / RESTARTS.length);
    await gateway.restart(signal);
  }
  const watched = seconds - restarting;
  await setTimeout(1000 * watched * WARM_UP);
  const { inspectorUrl } = await gateway.process();
  using inspector = await Inspector.connect(inspectorUrl);
  const heap: Sample[] = [];
  const resident: Sample[] = [];
  const left = watched * (1 - WARM_UP);
  const samples = Math.max(LEAST_SAMPLES, Math.round(left / SAMPLE_SECONDS));
  const begunAt = performance.now();
  for (let n = 1; n <= samples; n++) {
    const at = (performance.now() - begunAt) / 1000;
    heap.push({ at, value: await inspector.heapBytes() });
    resident.push({ at, value: await (await gateway.process()).residentBytes() });
    const next = begunAt + (1000 * left * n) / samples;
    await setTimeout(Math.max(0, next - performance.now()));
  }
  return { heap, resident };
}

async function cacheOf(gateway: RestartedGateway): Promise<string> {
  using client = new HttpClient();
  const { body } = await client.ask((await gateway.process()).url, '/api/metrics/cache/stats');
  return body.toString();
}

interface Outcome {
  readonly duration: number;
  readonly runs: GrowingRuns;
  readonly visitors: readonly Visitor[];
  readonly gateway: RestartedGateway;
  readonly memory: Memory;
  readonly cache: string;
}

async function report({ duration, runs, visitors, gateway, memory, cache }: Outcome): Promise<void> {
  const { lines, events } = runs.totals;
  const visits = visitsOf(visitors);
  const [heap, resident] = [trendOf(memory.heap), trendOf(memory.resident)];
  const total = [...visits.values()].reduce((sum, count) => sum + count, 0);
  const checked = visitors.reduce((sum, visitor) => sum + visitor.checked, 0);
  const rows = [
    ['seconds', duration],
    ['runs that grew', runs.ids.length],
    ['lines, events on disk', `${lines}, ${events}`],
    ['subscribers', visitors.length],
    ['visits', `${total} (${Array.from(visits, ([way, count]) => `${way} ${count}`).join(', ')})`],
    ['lines and rows that came, each once and in order', checked],
    ['restarts', gateway.restarts],
    ['the cache of the last gateway', cache],
    ['heap after collection', described(heap)],
    ['resident', described(resident)],
    ['handles', 'back to those before the first client'],
  ];
  for (const [name, value] of rows) console.log(`${String(name).padEnd(50)} ${value}`);
  if (total < visitors.length * Math.floor(duration / LONGEST_VISIT_SECONDS)) throw new Error('too few came and went');
  const { complaints } = await gateway.process();
  if (complaints.length > 0) throw new Fault(`the gateway complained: ${complaints.join('\n')}`);
  if (duration < LEAST_SECONDS) console.log(`Memory is not judged in less than ${LEAST_SECONDS} seconds.`);
  else if (isGrowing(heap) || isGrowing(resident)) throw new Fault('memory grows');
}

function described({ firstThird, lastThird, growth, uncertainty }: Trend): string {
  const mib = (bytes: number) => (bytes / MIB).toFixed(1);
  return `first third ${mib(firstThird)} MiB, last third ${mib(lastThird)} MiB, trend ${mib(growth)} ± ${mib(uncertainty)} MiB`;
}

function positive(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('It is not a number above 0.');
  return Number(text);
}
