/**
 * Runs the benchmark and prints its report:
 *
 *     npm --prefix bench start                        all of it; also writes bench/RESULTS.md
 *     npm --prefix bench start -- --only metrics      one part: metrics, runs, logs, graphql or page; writes nothing
 *     npm --prefix bench start -- --small             small files; a check that the benchmark works, not a measurement
 *
 * It ends with code 1 where a bar is missed; none is set for the small one.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureGraphql } from './graphql/graphql.ts';
import { FULL_GRAPHQL, SMALL_GRAPHQL } from './graphql/graphql-plan.ts';
import { missedBars } from './harness/bars.ts';
import { renderMeasured } from './harness/measured.ts';
import { DATA, RESULTS } from './harness/places.ts';
import { checkedOutCommit, renderReport, type Section } from './harness/report.ts';
import { makeEvents } from './inputs/events-data.ts';
import { FOUR_METRICS } from './inputs/events-file.ts';
import { barsOfLogs, renderLogs } from './logs/log-report.ts';
import { FULL_LOGS, measureLogs, SMALL_LOGS } from './logs/logs.ts';
import { measureMetrics } from './metrics/metrics.ts';
import { FULL_METRICS, SMALL_METRICS } from './metrics/metrics-plan.ts';
import { FULL_PAGE, measurePage, SMALL_PAGE } from './page/page.ts';
import { measureManyRuns } from './runs/many-runs.ts';

/** Each measures in a directory of its own. */
const PARTS: Readonly<Record<string, (directory: string) => Promise<Section>>> = {
  metrics: async (directory) => {
    const measured = await measureMetrics(directory, small ? SMALL_METRICS : FULL_METRICS);
    return { title: 'Metrics', lines: renderMeasured(measured), bars: measured.bars };
  },
  runs: async (directory) => {
    const { events, rounds, seconds } = small ? SMALL_METRICS : FULL_METRICS;
    const file = await makeEvents(directory, FOUR_METRICS, events.four);
    const runs = small ? 200 : 10_000;
    const measured = await measureManyRuns({ storage: directory, runs, rounds, seconds, events: file });
    return { title: 'Many runs', lines: renderMeasured(measured), bars: measured.bars };
  },
  logs: async (directory) => {
    const results = await measureLogs(directory, small ? SMALL_LOGS : FULL_LOGS);
    return { title: 'Logs', lines: renderLogs(results), bars: barsOfLogs(results) };
  },
  graphql: async (directory) => {
    const measured = await measureGraphql(directory, small ? SMALL_GRAPHQL : FULL_GRAPHQL);
    return { title: 'GraphQL', lines: renderMeasured(measured), bars: measured.bars };
  },
  page: async (directory) => {
    const measured = await measurePage(directory, small ? SMALL_PAGE : FULL_PAGE);
    return { title: 'Page', lines: renderMeasured(measured), bars: measured.bars };
  },
};

const { small, only } = parseArgs({
  options: { small: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values;
if (only !== undefined && !Object.hasOwn(PARTS, only)) {
  throw new Error(`--only takes one of ${Object.keys(PARTS).join(', ')}, not '${only}'`);
}
// Taken now: it may move on before the report is written.
const commit = checkedOutCommit();
const sections: Section[] = [];
for (const [part, measure] of Object.entries(PARTS)) {
  if (only !== undefined && part !== only) continue;
  console.error(`Measuring ${part}…`);
  const directory = join(DATA, part);
  try {
    // One that was ended may have left its files.
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    const section = await measure(directory);
    sections.push(small ? { ...section, bars: [] } : section);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
const whole = !small && only === undefined;
const command = whole ? 'npm run bench' : `npm --prefix bench start -- ${process.argv.slice(2).join(' ')}`;
const report = renderReport({ commit, command, sections });
console.log(report);
if (whole) await writeFile(RESULTS, report);
const missed = missedBars(sections.flatMap(({ bars }) => bars));
if (missed.length > 0) {
  console.error(`Missed: ${missed.join('; ')}`);
  process.exitCode = 1;
}
