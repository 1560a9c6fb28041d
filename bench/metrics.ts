/** What is measured of metrics: the files, and each measurement in turn. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { measureAppendedRead } from './appended-read.ts';
import { measureColdReads } from './cold-read.ts';
import {
  CHANGING_METRICS,
  type EventsShape,
  FIFTY_METRICS,
  FOUR_METRICS,
  SPARSE_METRICS,
  writeEvents,
} from './events-file.ts';
import { measureHealth } from './health.ts';
import { measureLoadedMemory } from './loaded-memory.ts';
import { type Measured, measureEach } from './measured.ts';
import { measureSampling } from './sampling.ts';
import { measureWarmRequests } from './warm-requests.ts';
import { measureWholeRun } from './whole-run.ts';

/** A file of events, and with how many rows an answer is asked for. */
export interface EventsData {
  readonly file: string;
  readonly shape: EventsShape;
  readonly events: number;
  readonly bytes: number;
  readonly downsample: number;
}

export interface MetricsSizes {
  /** Of the file of four metrics, and of each of the others. */
  readonly events: { readonly four: number; readonly others: number };
  readonly rounds: number;
  /** Of what takes milliseconds. */
  readonly quickRounds: number;
  /** How long requests are counted in a round. */
  readonly seconds: number;
}

export const FULL_METRICS: MetricsSizes = {
  events: { four: 1_000_000, others: 100_000 },
  rounds: 7,
  quickRounds: 25,
  seconds: 1,
};

export const SMALL_METRICS: MetricsSizes = {
  events: { four: 20_000, others: 4_000 },
  rounds: 1,
  quickRounds: 1,
  seconds: 0.2,
};

export interface MetricsPlan extends Omit<MetricsSizes, 'events'> {
  /** A directory to make storages in. */
  readonly storage: string;
  readonly four: EventsData;
  readonly fifty: EventsData;
  readonly changing: EventsData;
  readonly sparse: EventsData;
}

const POINTS = 2000;
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

/** Writes a file of events. */
export async function makeEvents(
  directory: string,
  shape: EventsShape,
  events: number,
  downsample = POINTS,
): Promise<EventsData> {
  const file = join(directory, `${shape.name.replaceAll(' ', '-')}.jsonl`);
  await writeEvents(file, shape, 0, events);
  const { size } = await stat(file);
  return { file, shape, events, bytes: size, downsample };
}
