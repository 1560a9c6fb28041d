/** What is measured of the GraphQL API, each measurement in turn. */
import { measureFrame } from './graphql-frame.ts';
import { type Measured, measureEach } from './measured.ts';

export interface GraphqlSizes {
  readonly rounds: number;
  /** Of the run that is asked for whole. */
  readonly rows: number;
}

export const FULL_GRAPHQL: GraphqlSizes = { rounds: 15, rows: 50_000 };

export const SMALL_GRAPHQL: GraphqlSizes = { rounds: 1, rows: 2000 };

export interface GraphqlPlan extends GraphqlSizes {
  /** A directory to make storages in. */
  readonly storage: string;
}

const MEASUREMENTS: readonly ((plan: GraphqlPlan) => Promise<Measured>)[] = [measureFrame];

/** @param directory for files and storages */
export async function measureGraphql(directory: string, sizes: GraphqlSizes): Promise<Measured> {
  return measureEach(MEASUREMENTS, { ...sizes, storage: directory });
}
