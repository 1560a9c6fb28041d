/** The first answer of a run, from the request to the last byte, beside those who only read its file. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { withGateway } from '../harness/gateway-process.ts';
import { type Answer, HttpClient, metricsPath } from '../harness/http-client.ts';
import { compare } from '../harness/measure.ts';
import type { Compared, Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import type { Rate } from '../harness/table.ts';
import type { EventsData } from '../inputs/events-data.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import { ClickHouse } from './clickhouse.ts';
import type { MetricsPlan } from './metrics-plan.ts';
import { readByJsonParse } from './rivals.ts';
import { expectSampleOf } from './same-answer.ts';

/** Gives the first answer of another run each time. */
type ReadCold = () => Promise<Answer>;

export async function measureColdReads({ storage, rounds, four, ...plan }: MetricsPlan): Promise<Measured> {
  const byJsonParse = await compareWithJsonParse(storage, four, rounds);
  const byClickHouse = await compareWithClickHouse(storage, four, rounds);
  const withoutBars: Compared[] = [];
  for (const data of [plan.fifty, plan.changing, plan.sparse])
    withoutBars.push(await compareWithJsonParse(storage, data, rounds));
  return {
    compared: [byJsonParse, byClickHouse, ...withoutBars],
    figures: [],
    bars: [
      {
        name: 'cold read against `JSON.parse` a line',
        figure: byJsonParse.ratio,
        must: 'be at least',
        limit: 3,
        unit: '×',
      },
      { name: 'cold read against ClickHouse', figure: byClickHouse.ratio, must: 'be at least', limit: 1, unit: '×' },
    ],
  };
}

async function compareWithJsonParse(storage: string, data: EventsData, rounds: number): Promise<Compared> {
  const comparing = await withColdRuns(join(storage, `cold-${data.shape.name}`), data, rounds, (readCold) =>
    compare({
      rounds,
      ours: readCold,
      theirs: () => readByJsonParse(data.file),
      check: ({ body }, parsed) => expectSampleOf(body, parsed, data.downsample),
    }),
  );
  return { name: nameOf(data), rival: '`JSON.parse` a line', rate: rateOf(data), ...comparing };
}

async function compareWithClickHouse(storage: string, data: EventsData, rounds: number): Promise<Compared> {
  const clickhouse = new ClickHouse();
  const steps = ((data.events - 1) * data.events) / 2;
  try {
    const comparing = await withColdRuns(join(storage, 'cold-clickhouse'), data, rounds, (readCold) =>
      compare({
        rounds,
        ours: readCold,
        theirs: () => clickhouse.readEvents(data.file),
        check: ({ headers }) => {
          expectSameNumbers('events', [Number(headers['x-total-count']), steps], clickhouse.countAndSteps());
        },
      }),
    );
    const rival = `ClickHouse ${clickhouse.version}, JSONEachRow, ${availableParallelism()} threads`;
    return { name: nameOf(data), rival, rate: rateOf(data), ...comparing };
  } finally {
    clickhouse.close();
  }
}

/** Each round reads a run of its own, of the same events, in a gateway that has read such a run before: in round 0. */
async function withColdRuns<Result>(
  root: string,
  { file, downsample }: EventsData,
  rounds: number,
  use: (readCold: ReadCold) => Promise<Result>,
): Promise<Result> {
  makeStorage(root);
  for (let round = 0; round <= rounds; round++) addRun(root, `cold-${round}`, file);
  return withGateway(root, async ({ url }) => {
    const client = new HttpClient(url);
    let round = 0;
    try {
      return await use(() => client.get(metricsPath(`cold-${round++}`, downsample)));
    } finally {
      client.close();
    }
  });
}

function nameOf({ events, shape, downsample }: EventsData): string {
  return `cold read, ${events / 1000}k × ${shape.name}, \`downsample=${downsample}\``;
}

function rateOf({ bytes }: EventsData): Rate {
  return { amount: bytes / 1e6, unit: 'MB' };
}
