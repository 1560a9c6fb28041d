/** The figures of the logs as tables, and the bars that they must pass. */

import type { Bar } from '../harness/bars.ts';
import type { Usage } from '../harness/gateway-process.ts';
import { grouped, renderTable, renderTiming, significant } from '../harness/table.ts';
import { LINE_BYTES } from '../inputs/log-lines.ts';
import type { Latency } from './log-latency.ts';
import type { LogResults } from './logs.ts';

/** Behind by no more than this is keeping up. */
const KEEPING_UP_MS = 250;

export function renderLogs(results: LogResults): string[] {
  const { latency, rates, lag, sizes, lastLines, replay, follow, idle, stalled } = results;
  const megabytes = (sizes.lines * LINE_BYTES) / 1e6;
  const work = { amount: megabytes, unit: 'MB' };
  const { followers, rate, seconds } = sizes.load;
  return [
    `Lines of ${LINE_BYTES} bytes; the long log has ${grouped(sizes.lines)}, ${grouped(megabytes)} MB.`,
    '',
    ...renderTable([
      ['following', 'graphql-ws', 'legacy socket', '`tail -f`'],
      [
        `append to receive, ${grouped(sizes.appends)} times: median, 99 %`,
        ...[latency.graphql, latency.socket, latency.tail].map(renderLatency),
      ],
      ...rates.map(({ followers: count, graphql, socket, tail }) => [
        `lines a second to ${many(count)}`,
        renderRate(graphql),
        renderRate(socket),
        renderRate(tail),
      ]),
      [
        `${grouped(rate)} lines a second to ${many(followers)}: behind after ${seconds} s`,
        ...[lag.graphql, lag.socket, lag.tail].map((figure) => (figure === null ? '–' : `${significant(figure)} ms`)),
      ],
    ]),
    '',
    ...renderTable([
      ['reading', 'Runlens', 'rival', "rival's time", 'ratio'],
      [
        `last ${grouped(sizes.lastLines)} lines, graphql-ws`,
        renderTiming(lastLines.ours),
        `\`tail -n ${sizes.lastLines}\``,
        renderTiming(lastLines.theirs),
        `${significant(lastLines.ratio)}×`,
      ],
      ...[
        { name: 'all lines, graphql-ws', comparing: replay },
        { name: 'all lines, `Logs.follow`', comparing: follow },
      ].map(({ name, comparing }) => [
        name,
        renderTiming(comparing.ours, work),
        '`cat`',
        renderTiming(comparing.theirs, work),
        `${significant(comparing.ratio)}×`,
      ]),
    ]),
    '',
    ...renderTable([
      ['memory added by', 'in use', 'resident'],
      [`${sizes.idle} idle subscribers`, ...renderMemory(idle, sizes.idle)],
      [`${sizes.stalled} stalled subscribers to the long log`, ...renderMemory(stalled, sizes.stalled)],
    ]),
  ];
}

/** Of the full sizes. */
export function barsOfLogs({ latency, lag, lastLines, idle, stalled, sizes }: LogResults): Bar[] {
  const { followers } = sizes.load;
  const atMost = (name: string, figure: number, limit: number, unit: string): Bar => ({
    name,
    figure,
    must: 'be at most',
    limit,
    unit,
  });
  return [
    atMost('append to receive, graphql-ws, median', latency.graphql.median, 5, ' ms'),
    atMost('append to receive, graphql-ws, 99 %', latency.graphql.p99, 25, ' ms'),
    atMost('append to receive, legacy socket, median', latency.socket.median, 5, ' ms'),
    atMost('append to receive, legacy socket, 99 %', latency.socket.p99, 25, ' ms'),
    atMost(`${many(followers)} keep up, graphql-ws: behind`, lag.graphql, KEEPING_UP_MS, ' ms'),
    atMost(`last ${sizes.lastLines} lines of a log`, lastLines.ours.median, 50, ' ms'),
    atMost('an idle subscriber, in use', idle.inUse / sizes.idle / 1000, 100, ' kB'),
    atMost(`${sizes.stalled} stalled subscribers, in use`, stalled.inUse / 1e6, 64, ' MB'),
    atMost(`${sizes.stalled} stalled subscribers, resident`, stalled.resident / 1e6, 64, ' MB'),
  ];
}

function renderLatency({ median, p99 }: Latency): string {
  return `${significant(median)} ms, ${significant(p99)} ms`;
}

function renderRate(linesASecond: number | null): string {
  return linesASecond === null ? '–' : grouped(Math.round(linesASecond));
}

function renderMemory({ inUse, resident }: Usage, subscribers: number): string[] {
  return [inUse, resident].map(
    (bytes) => `${significant(bytes / 1e6)} MB, ${significant(bytes / subscribers / 1000)} kB each`,
  );
}

function many(followers: number): string {
  return followers === 1 ? '1 follower' : `${followers} followers`;
}
