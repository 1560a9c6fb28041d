/** A run without `downsample`: how fast it comes, and what it costs in memory meanwhile. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { compareTimed, time, timing } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { significant } from '../harness/table.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import type { MetricsPlan } from './metrics-plan.ts';
import { withStringify } from './stringify-process.ts';

const PAUSE_MS = 10;

export async function measureWholeRun({ storage, rounds, seconds, four }: MetricsPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'whole'));
  addRun(root, 'whole', four.file);
  const path = metricsPath('whole', null);
  return withGateway(root, async (gateway) => {
    const client = new HttpClient(gateway.url);
    const bytes = await client.drain(path);
    const [atOnce, inSlices] = await withStringify(four.file, async (stringify) => {
      const ours = () => time(() => client.drain(path));
      return [
        await compareTimed({
          rounds,
          ours,
          theirs: () => stringify('whole'),
          check: (mine, theirs) => expectSameNumbers('bytes', [mine], [theirs]),
        }),
        await compareTimed({
          rounds,
          ours,
          theirs: () => stringify('slices'),
          check: (mine) => expectSameNumbers('bytes', [mine], [bytes]),
        }),
      ];
    });
    const added: number[] = [];
    for (let round = 0; round < rounds; round++) {
      added.push(await memoryWhile(gateway, async () => void (await client.drain(path))));
    }
    const slow = await memoryWhile(gateway, () => readSlowly(gateway.url, path, 5 * seconds));
    client.close();
    const { median, lowest, highest } = timing(added);
    const name = `${four.events / 1000}k rows whole, streamed`;
    const rate = { amount: bytes / 1e6, unit: 'MB' };
    return {
      compared: [
        { name, rival: '`JSON.stringify` of all row objects', rate, ...atOnce },
        { name, rival: '`JSON.stringify` of 512 row objects at a time', rate, ...inSlices },
      ],
      figures: [
        {
          name: 'memory added while all rows are streamed, peak',
          text: `${significant(median)} MB (${significant(lowest)}–${significant(highest)})`,
        },
        { name: 'the same to a client that reads slowly', text: `${significant(slow)} MB` },
      ],
      bars: [
        {
          name: 'all rows streamed against `JSON.stringify` of row objects',
          figure: atOnce.ratio,
          must: 'be at least',
          limit: 1.2,
          unit: '×',
        },
        { name: 'memory added while streaming', figure: median, must: 'be at most', limit: 64, unit: ' MB' },
        {
          name: 'memory added while streaming to a slow client',
          figure: slow,
          must: 'be at most',
          limit: 64,
          unit: ' MB',
        },
      ],
    };
  });
}

/** @returns the peak of resident memory during `work`, less what was resident before, in MB */
async function memoryWhile({ usage, residentPeak }: GatewayProcess, work: () => Promise<void>): Promise<number> {
  await residentPeak();
  const before = await usage();
  await residentPeak();
  await work();
  return ((await residentPeak()) - before.resident) / 1e6;
}

/** Takes what has come once in 10 ms, and goes away after `seconds`. */
async function readSlowly(url: string, path: string, seconds: number): Promise<void> {
  const client = new HttpClient(url);
  const response = await client.open(path);
  const ends = performance.now() + seconds * 1000;
  while (performance.now() < ends && !response.readableEnded) {
    response.read();
    await sleep(PAUSE_MS);
  }
  response.destroy();
  client.close();
}
