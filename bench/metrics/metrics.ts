/** What is measured of metrics: the files, and each measurement in turn. */

import { type Measured, measureEach } from '../harness/measured.ts';
import { makeEvents } from '../inputs/events-data.ts';
import { CHANGING_METRICS, FIFTY_METRICS, FOUR_METRICS, SPARSE_METRICS } from '../inputs/events-file.ts';
import { measureAppendedRead } from './appended-read.ts';
import { measureColdReads } from './cold-read.ts';
import { measureHealth } from './health.ts';
import { measureLoadedMemory } from './loaded-memory.ts';
import type { MetricsPlan, MetricsSizes } from './metrics-plan.ts';
import { measureSampling } from './sampling.ts';
import { measureWarmRequests } from './warm-requests.ts';
import { measureWholeRun } from './whole-run.ts';

/** Of 10 000 columns 2000 rows would be an answer of 400 MB, nearly all of it `null`. */
const SPARSE_POINTS = 100;

const MEASUREMENTS: readonly ((plan: MetricsPlan) => Promise<Measured>)[] = [
  measureColdReads,
  measureLoadedMemory,
  measureWarmRequests,
  measureAppendedRead,
  measureSampling,
  measureWholeRun,
  measureHealth,
];

/** @param directory for files and storages */
export async function measureMetrics(directory: string, sizes: MetricsSizes): Promise<Measured> {
  const { four, others } = sizes.events;
  const plan: MetricsPlan = {
    ...sizes,
    storage: directory,
    four: await makeEvents(directory, FOUR_METRICS, four),
    fifty: await makeEvents(directory, FIFTY_METRICS, others),
    changing: await makeEvents(directory, CHANGING_METRICS, others),
    sparse: await makeEvents(directory, SPARSE_METRICS, others, SPARSE_POINTS),
  };
  return measureEach(MEASUREMENTS, plan);
}
