/** What a storage of many runs costs those who ask for one run, who ask for all, and who start a gateway. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { requestTime } from '../harness/load.ts';
import { compareTimed, type Timed, type Timing, time, timing } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { MAIN } from '../harness/places.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { grouped, renderTiming } from '../harness/table.ts';
import type { EventsData } from '../inputs/events-data.ts';
import { addRun, addSmallRuns, makeStorage } from '../inputs/run-store.ts';

export interface RunsPlan {
  readonly storage: string;
  readonly runs: number;
  readonly rounds: number;
  /** How long requests are counted in a round. */
  readonly seconds: number;
  readonly events: EventsData;
}

const FEW = 10;
/** Short ones, and more of them: the bar leaves a tenth, and the machine changes its speed by more within seconds. */
const ROUNDS_OF_A_LOAD = 4;
/** A list is at most a second old. */
export const LIST_AGE_MS = 1100;

export async function measureManyRuns(plan: RunsPlan): Promise<Measured> {
  const { storage, runs, rounds, seconds, events } = plan;
  const [none, few, many] = ['none', 'few', 'many'].map((name) => makeStorage(join(storage, name)));
  for (const [root, count] of [
    [few, FEW],
    [many, runs],
  ] as const) {
    addSmallRuns(root, count - 1);
    addRun(root, 'measured', events.file);
  }
  const path = metricsPath('measured', events.downsample);
  const metrics = await withGateway(many, ({ url: ofMany }) =>
    withGateway(few, ({ url: ofFew }) =>
      compareTimed({
        rounds: ROUNDS_OF_A_LOAD * rounds,
        ours: () => requestTime(ofMany, path, { seconds: seconds / ROUNDS_OF_A_LOAD, connections: 1 }),
        theirs: () => requestTime(ofFew, path, { seconds: seconds / ROUNDS_OF_A_LOAD, connections: 1 }),
      }),
    ),
  );
  const lists = await withGateway(many, ({ url }) => listTimes(url, runs, rounds));
  const start = await compareTimed({
    rounds,
    ours: () => startTime(many),
    theirs: () => startTime(none),
  });
  const manyRuns = `${grouped(runs)} runs`;
  return {
    compared: [
      { name: `metrics of a run among ${manyRuns}`, rival: `itself, among ${FEW} runs`, ...metrics },
      { name: `start to listening, ${manyRuns}`, rival: 'itself, no runs', ...start },
    ],
    figures: [
      { name: `\`GET /api/runs\` of ${manyRuns}, list in use`, text: renderTiming(lists.atOnce) },
      { name: `\`GET /api/runs\` of ${manyRuns}, list out of age`, text: renderTiming(lists.later) },
    ],
    bars: [
      {
        name: `a metrics request among ${manyRuns}, against among ${FEW}`,
        figure: 1 / metrics.ratio,
        must: 'be at most',
        limit: 1.1,
        unit: '×',
      },
      {
        name: `\`GET /api/runs\` of ${manyRuns}, list in use`,
        figure: lists.atOnce.median,
        must: 'be at most',
        limit: 80,
        unit: ' ms',
      },
      {
        name: `\`GET /api/runs\` of ${manyRuns}, list out of age`,
        figure: lists.later.median,
        must: 'be at most',
        limit: 80,
        unit: ' ms',
      },
      {
        name: `start to listening with ${manyRuns}, beyond that without`,
        figure: start.ours.median - start.theirs.median,
        must: 'be at most',
        limit: 100,
        unit: ' ms',
      },
    ],
  };
}

/** Asked again at once, and after the list has aged. */
async function listTimes(url: string, runs: number, rounds: number): Promise<{ atOnce: Timing; later: Timing }> {
  const client = new HttpClient(url);
  const ask = async (): Promise<number> => {
    const { answer, ms } = await time(() => client.get('/api/runs'));
    expectSameNumbers('runs', [JSON.parse(answer.body.toString()).length], [runs]);
    return ms;
  };
  await ask();
  const atOnce: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(LIST_AGE_MS);
    later.push(await ask());
    atOnce.push(await ask());
  }
  client.close();
  return { atOnce: timing(atOnce), later: timing(later) };
}

/** From the start of the process to the line that says where it listens. */
async function startTime(storage: string): Promise<Timed<undefined>> {
  const start = performance.now();
  const child = spawn(process.execPath, [MAIN, '--storage', storage, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const listening = new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('http://')) resolve();
    });
    exited.then(() => reject(new Error(`the gateway ended before it listened; it said: ${said}`)), reject);
  });
  try {
    await listening;
    return { answer: undefined, ms: performance.now() - start };
  } finally {
    child.kill();
    await exited;
  }
}
