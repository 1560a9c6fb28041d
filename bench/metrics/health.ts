/** How long others wait while a large run is read for the first time. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { timing } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { significant } from '../harness/table.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import type { MetricsPlan } from './metrics-plan.ts';

const ASK_EVERY_MS = 3;

interface Waited {
  readonly p99: number;
  readonly longest: number;
  /** In which the event loop of the gateway did one thing. */
  readonly stretch: number;
}

export async function measureHealth({ storage, rounds, seconds, four }: MetricsPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'health'));
  for (let round = 0; round <= rounds; round++) addRun(root, `cold-${round}`, four.file);
  const [idle, ...reading] = await withGateway(root, async (gateway) => {
    const client = new HttpClient(gateway.url);
    const readCold = (round: number) => client.drain(metricsPath(`cold-${round}`, four.downsample));
    await readCold(0);
    const results = [await askWhile(gateway, () => sleep(seconds * 1000))];
    for (let round = 1; round <= rounds; round++) results.push(await askWhile(gateway, () => readCold(round)));
    client.close();
    return results;
  });
  const p99 = timing(reading.map((round) => round.p99));
  const longest = Math.max(...reading.map((round) => round.longest));
  const stretch = timing(reading.map((round) => round.stretch));
  return {
    compared: [],
    figures: [
      {
        name: '`/api/health` while a run is read cold, 99 %',
        text: `${significant(p99.median)} ms (${significant(p99.lowest)}–${significant(p99.highest)}), at most ${significant(longest)} ms`,
      },
      {
        name: '`/api/health` while nothing else is done, 99 %',
        text: `${significant(idle.p99)} ms, at most ${significant(idle.longest)} ms`,
      },
      {
        name: 'longest stretch on the event loop while a run is read cold',
        text: `${significant(stretch.median)} ms (${significant(stretch.lowest)}–${significant(stretch.highest)})`,
      },
    ],
    bars: [
      {
        name: '`/api/health` while a run is read cold, 99 %',
        figure: p99.median,
        must: 'be at most',
        limit: 25,
        unit: ' ms',
      },
    ],
  };
}

/** Asks every 3 ms, whether or not the answers before have come: one long wait counts as often as others would wait. */
async function askWhile({ url, longestStretch }: GatewayProcess, work: () => Promise<unknown>): Promise<Waited> {
  const client = new HttpClient(url);
  await client.drain('/api/health');
  globalThis.gc?.();
  await longestStretch();
  const waits: Promise<number>[] = [];
  const ask = async (): Promise<number> => {
    const start = performance.now();
    await client.drain('/api/health');
    return performance.now() - start;
  };
  const asking = setInterval(() => waits.push(ask()), ASK_EVERY_MS);
  await work();
  clearInterval(asking);
  const sorted = (await Promise.all(waits)).toSorted((a, b) => a - b);
  client.close();
  return {
    p99: sorted[Math.ceil(0.99 * sorted.length) - 1],
    longest: sorted[sorted.length - 1],
    stretch: await longestStretch(),
  };
}
