/** What is measured of the GraphQL API, each measurement in turn. */
import { measureFrame } from './graphql-frame.ts';
import { type LiveSizes, measureLive } from './graphql-live.ts';
import { type Measured, measureEach } from './measured.ts';

export interface GraphqlSizes {
  readonly rounds: number;
  /** Of the run that is asked for whole. */
  readonly rows: number;
  readonly live: LiveSizes;
}

export const FULL_GRAPHQL: GraphqlSizes = {
  rounds: 15,
  rows: 50_000,
  live: { subscribers: [1, 200], maxHz: [4, 20], rate: 50, seconds: 20, silences: 20, history: 10_000 },
};

export const SMALL_GRAPHQL: GraphqlSizes = {
  rounds: 1,
  rows: 2000,
  live: { subscribers: [1, 10], maxHz: [20], rate: 50, seconds: 0.5, silences: 1, history: 100 },
};

export interface GraphqlPlan extends GraphqlSizes {
  /** A directory to make storages in. */
  readonly storage: string;
}

const MEASUREMENTS: readonly ((plan: GraphqlPlan) => Promise<Measured>)[] = [measureFrame, measureLive];

/** @param directory for files and storages */
export async function measureGraphql(directory: string, sizes: GraphqlSizes): Promise<Measured> {
  return measureEach(MEASUREMENTS, { ...sizes, storage: directory });
}
