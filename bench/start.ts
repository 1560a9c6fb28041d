/**
 * Runs the benchmark and prints its report:
 *
 *     npm --prefix bench start              1 000 000 events, a log of 1 GB; also writes bench/RESULTS.md
 *     npm --prefix bench start -- --small   20 000 events, 20 MB; a check that the benchmark works, not a measurement
 *
 * It ends with code 1 where a bar is missed; none is set for the small one.
 */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareLttb, compareMemory, compareReads } from './comparisons.ts';
import { METRICS, writeEvents } from './events-file.ts';
import { missedBars } from './log-report.ts';
import { FULL, measureLogs, SMALL } from './logs.ts';
import { DATA, RESULTS } from './places.ts';
import { checkedOutCommit, renderReport } from './report.ts';

const { small } = parseArgs({ options: { small: { type: 'boolean', default: false } } }).values;
// Taken now: it may move on before the report is written.
const commit = checkedOutCommit();
const events = small ? 20_000 : 1_000_000;
const file = join(DATA, `events-${events}.jsonl`);

await mkdir(DATA, { recursive: true });
try {
  console.error(`Writing ${events} events…`);
  await writeEvents(file, 0, events);
  const { size } = await stat(file);
  console.error('Measuring metrics…');
  // Memory first: a process starts with the peak of the one that made it.
  const memory = await compareMemory(file);
  const results = [...(await compareReads(file, events)), await compareLttb(file)];
  console.error('Measuring logs…');
  const logs = await measureLogs(join(DATA, 'logs'), small ? SMALL : FULL);
  const report = renderReport({
    commit,
    events,
    metrics: METRICS.length,
    megabytes: size / 1e6,
    results,
    memory,
    logs,
  });
  console.log(report);
  if (!small) await writeFile(RESULTS, report);
  const missed = missedBars(logs);
  if (missed.length > 0) {
    console.error(`Missed: ${missed.join('; ')}`);
    process.exitCode = 1;
  }
} finally {
  await rm(file, { force: true });
}
