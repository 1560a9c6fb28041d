/** What is measured of the GraphQL API, each measurement in turn. */
import { type CompareSizes, measureCompare } from './graphql-compare.ts';
import { measureFrame } from './graphql-frame.ts';
import { type LiveSizes, measureLive } from './graphql-live.ts';
import { measureRunPages } from './graphql-runs.ts';
import { type Measured, measureEach } from './measured.ts';

export interface GraphqlSizes {
  readonly rounds: number;
  /** Of the run that is asked for whole. */
  readonly rows: number;
  readonly compared: CompareSizes;
  readonly live: LiveSizes;
  /** In the storage of which pages are asked for. */
  readonly runs: number;
}

export const FULL_GRAPHQL: GraphqlSizes = {
  rounds: 15,
  rows: 50_000,
  compared: { runs: 20, events: 100_000, points: 2000, coldRounds: 5 },
  live: { subscribers: [1, 200], maxHz: [4, 20], rate: 50, seconds: 20, silences: 20, history: 10_000 },
  runs: 10_000,
};

export const SMALL_GRAPHQL: GraphqlSizes = {
  rounds: 1,
  rows: 2000,
  compared: { runs: 3, events: 2000, points: 500, coldRounds: 1 },
  live: { subscribers: [1, 10], maxHz: [20], rate: 50, seconds: 0.5, silences: 1, history: 100 },
  runs: 200,
};

export interface GraphqlPlan extends GraphqlSizes {
  /** A directory to make storages in. */
  readonly storage: string;
}

const MEASUREMENTS: readonly ((plan: GraphqlPlan) => Promise<Measured>)[] = [
  measureFrame,
  measureCompare,
  measureLive,
  measureRunPages,
];

/** @param directory for files and storages */
export async function measureGraphql(directory: string, sizes: GraphqlSizes): Promise<Measured> {
  return measureEach(MEASUREMENTS, { ...sizes, storage: directory });
}
