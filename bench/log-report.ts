/** The figures of the logs as tables, each with the bar that it must pass. */

import type { Usage } from './log-gateway.ts';
import type { Latency } from './log-latency.ts';
import { LINE_BYTES } from './log-lines.ts';
import type { LogResults } from './logs.ts';
import { grouped, renderTable, renderTiming, significant } from './table.ts';

/** A figure that must not be above a bar. */
interface Bar {
  readonly name: string;
  readonly figure: number;
  readonly atMost: number;
  readonly unit: string;
}

/** Behind by no more than this is keeping up. */
const KEEPING_UP_MS = 250;

export function renderLogs(results: LogResults): string[] {
  const { latency, rates, lag, sizes, lastLines, replay, follow, idle, stalled } = results;
  const megabytes = (sizes.lines * LINE_BYTES) / 1e6;
  const { followers, rate, seconds } = sizes.load;
  return [
    '## Logs',
    '',
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
        renderTiming(lastLines.ours, undefined),
        `\`tail -n ${sizes.lastLines}\``,
        renderTiming(lastLines.theirs, undefined),
        `${significant(lastLines.ratio)}×`,
      ],
      ...[
        { name: 'all lines, graphql-ws', comparing: replay },
        { name: 'all lines, `Logs.follow`', comparing: follow },
      ].map(({ name, comparing }) => [
        name,
        renderTiming(comparing.ours, megabytes),
        '`cat`',
        renderTiming(comparing.theirs, megabytes),
        `${significant(comparing.ratio)}×`,
      ]),
    ]),
    '',
    ...renderTable([
      ['memory added by', 'in use', 'resident'],
      [`${sizes.idle} idle subscribers`, ...renderMemory(idle, sizes.idle)],
      [`${sizes.stalled} stalled subscribers to the long log`, ...renderMemory(stalled, sizes.stalled)],
    ]),
    ...(sizes.hasBars ? ['', ...renderBars(barsOf(results))] : []),
  ];
}

function renderBars(bars: readonly Bar[]): string[] {
  return renderTable([
    ['bar', 'at most', 'measured', 'held'],
    ...bars.map((bar) => [
      bar.name,
      `${significant(bar.atMost)} ${bar.unit}`,
      `${significant(bar.figure)} ${bar.unit}`,
      isHeld(bar) ? 'yes' : 'no',
    ]),
  ]);
}

/** What each missed bar says; nothing of sizes that have none. */
export function missedBars(results: LogResults): string[] {
  if (!results.sizes.hasBars) return [];
  return barsOf(results)
    .filter((bar) => !isHeld(bar))
    .map(({ name, figure, atMost, unit }) => `${name}: ${significant(figure)} ${unit}, not ${atMost} ${unit}`);
}

function barsOf({ latency, lag, lastLines, idle, stalled, sizes }: LogResults): Bar[] {
  const { followers } = sizes.load;
  return [
    { name: 'append to receive, graphql-ws, median', figure: latency.graphql.median, atMost: 5, unit: 'ms' },
    { name: 'append to receive, graphql-ws, 99 %', figure: latency.graphql.p99, atMost: 25, unit: 'ms' },
    { name: 'append to receive, legacy socket, median', figure: latency.socket.median, atMost: 5, unit: 'ms' },
    { name: 'append to receive, legacy socket, 99 %', figure: latency.socket.p99, atMost: 25, unit: 'ms' },
    { name: `${many(followers)} keep up, graphql-ws: behind`, figure: lag.graphql, atMost: KEEPING_UP_MS, unit: 'ms' },
    { name: `last ${sizes.lastLines} lines`, figure: lastLines.ours.median, atMost: 50, unit: 'ms' },
    { name: 'an idle subscriber, in use', figure: idle.inUse / sizes.idle / 1000, atMost: 100, unit: 'kB' },
    { name: `${sizes.stalled} stalled subscribers, in use`, figure: stalled.inUse / 1e6, atMost: 64, unit: 'MB' },
    { name: `${sizes.stalled} stalled subscribers, resident`, figure: stalled.resident / 1e6, atMost: 64, unit: 'MB' },
  ];
}

function isHeld({ figure, atMost }: Bar): boolean {
  return figure <= atMost;
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
