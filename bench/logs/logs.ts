/** What is measured of the logs, with the bars that they must pass. */
import { rm } from 'node:fs/promises';
import { type Usage, withGateway } from '../harness/gateway-process.ts';
import type { Comparing } from '../harness/measure.ts';
import { type LoggedRun, makeRun } from '../inputs/log-lines.ts';
import { type Follow, measureLag, measureRate } from './log-fanout.ts';
import { type Latency, measureLatency } from './log-latency.ts';
import { measureIdle, measureStalled } from './log-memory.ts';
import { compareFollow, compareLastLines, compareReplay } from './log-reading.ts';
import { followByGraphql, followByLogSocket, followByTail } from './log-receivers.ts';

export interface LogSizes {
  readonly appends: number;
  readonly seconds: number;
  /** Followers of one log, for each of the rates. */
  readonly followers: readonly number[];
  readonly load: { readonly followers: number; readonly rate: number; readonly seconds: number };
  readonly idle: number;
  readonly stalled: number;
  /** Of the long log. */
  readonly lines: number;
  readonly lastLines: number;
}

export const FULL_LOGS: LogSizes = {
  appends: 3000,
  seconds: 5,
  followers: [1, 50, 500],
  load: { followers: 50, rate: 10_000, seconds: 10 },
  idle: 500,
  stalled: 200,
  lines: 10_000_000,
  lastLines: 1000,
};

export const SMALL_LOGS: LogSizes = {
  appends: 100,
  seconds: 0.2,
  followers: [1, 20],
  load: { followers: 5, rate: 5000, seconds: 1 },
  idle: 50,
  stalled: 20,
  lines: 200_000,
  lastLines: 1000,
};

/** Lines a second, or milliseconds. */
export interface EachWay {
  readonly graphql: number;
  readonly socket: number;
  /** Null where it was not asked. */
  readonly tail: number | null;
}

export interface LogResults {
  readonly sizes: LogSizes;
  readonly latency: { readonly graphql: Latency; readonly socket: Latency; readonly tail: Latency };
  readonly rates: readonly (EachWay & { readonly followers: number })[];
  /** In milliseconds. */
  readonly lag: EachWay;
  readonly lastLines: Comparing;
  readonly replay: Comparing;
  readonly follow: Comparing;
  readonly idle: Usage;
  readonly stalled: Usage;
}

type Measure = (run: LoggedRun, follow: Follow) => Promise<number>;

/** Each has an inotify instance, of which Linux gives a user 128; without one it polls once a second. */
const MOST_TAILS = 100;

/** @param storage a directory to make, and to remove */
export async function measureLogs(storage: string, sizes: LogSizes): Promise<LogResults> {
  try {
    return { sizes, ...(await measureShort(storage, sizes)), ...(await measureLong(storage, sizes)) };
  } finally {
    await rm(storage, { recursive: true, force: true });
  }
}

async function measureShort(storage: string, sizes: LogSizes) {
  let runs = 0;
  const withRun = async <Answer>(use: (url: string, run: LoggedRun) => Promise<Answer>): Promise<Answer> => {
    const run = await makeRun(storage, `short-${runs++}`, 1);
    return withGateway(storage, ({ url }) => use(url, run));
  };
  const byEachWay = async (followers: number, measure: Measure): Promise<EachWay> => ({
    graphql: await withRun((url, run) => measure(run, (receive) => followByGraphql(url, run.id, receive))),
    socket: await withRun((url, run) => measure(run, (receive) => followByLogSocket(url, run.id, receive))),
    tail:
      followers > MOST_TAILS
        ? null
        : await withRun((_url, run) => measure(run, (receive) => followByTail(run.file, receive))),
  });
  const latency = await withRun((url, run) => measureLatency(url, run, sizes.appends));
  const rates = [];
  for (const followers of sizes.followers) {
    const rate = await byEachWay(followers, (run, follow) => measureRate(run, follow, followers, sizes.seconds));
    rates.push({ followers, ...rate });
  }
  const lag = await byEachWay(sizes.load.followers, (run, follow) => measureLag(run, follow, sizes.load));
  const idleRun = await makeRun(storage, 'idle', 1000);
  const idle = await withGateway(storage, (gateway) => measureIdle(gateway, idleRun.id, sizes.idle));
  return { latency, rates, lag, idle };
}

async function measureLong(storage: string, { lines, lastLines, stalled }: LogSizes) {
  const run = await makeRun(storage, 'long', lines);
  return {
    lastLines: await withGateway(storage, ({ url }) => compareLastLines(url, run, lastLines)),
    replay: await withGateway(storage, ({ url }) => compareReplay(url, run, lines)),
    follow: await compareFollow(run, lines),
    stalled: await withGateway(storage, (gateway) => measureStalled(gateway, run.id, lines, stalled)),
  };
}
