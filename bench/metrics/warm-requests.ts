/** How often the gateway gives an answer that it has given before, beside a server that does nothing else. */
import { join } from 'node:path';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { requestTime } from '../harness/load.ts';
import { compareTimed } from '../harness/measure.ts';
import type { Compared, Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import { withBareServer } from './bare-server.ts';
import type { MetricsPlan } from './metrics-plan.ts';

const CONNECTIONS = 10;

export async function measureWarmRequests({ storage, rounds, seconds, four }: MetricsPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'warm'));
  addRun(root, 'warm', four.file);
  const [plain, gzip] = await withGateway(root, async ({ url }) => [
    await compareWithBareServer(url, metricsPath('warm', four.downsample), 'identity', rounds, seconds),
    await compareWithBareServer(url, metricsPath('warm', four.downsample), 'gzip', rounds, seconds),
  ]);
  return {
    compared: [plain, gzip],
    figures: [],
    bars: [
      {
        name: 'warm `downsample=2000` against bare `node:http`',
        figure: plain.ratio * 100,
        must: 'be at least',
        limit: 60,
        unit: ' %',
      },
    ],
  };
}

async function compareWithBareServer(
  url: string,
  path: string,
  encoding: string,
  rounds: number,
  seconds: number,
): Promise<Compared> {
  const client = new HttpClient(url);
  const answer = await client.get(path, encoding);
  client.close();
  const comparing = await withBareServer(answer, (bare) => {
    const load = (address: string) => () => requestTime(address, path, { seconds, connections: CONNECTIONS, encoding });
    return compareTimed({
      rounds,
      ours: load(url),
      theirs: load(bare),
      // The load itself fails where an answer is of another length than the first one.
      check: () => expectSameBody(bare, path, encoding, answer.body),
    });
  });
  const coding = answer.headers['content-encoding'] ?? 'identity';
  return {
    name: `an answer again, \`Accept-Encoding: ${encoding}\` (${Math.round(answer.body.length / 1000)} kB ${coding})`,
    rival: 'bare `node:http`, the same bytes',
    rate: { amount: 1, unit: 'requests' },
    ...comparing,
  };
}

async function expectSameBody(bare: string, path: string, encoding: string, body: Buffer): Promise<void> {
  const client = new HttpClient(bare);
  const answer = await client.get(path, encoding);
  client.close();
  expectSameNumbers('bytes', answer.body, body);
}
