/** What is measured of the GraphQL API, each measurement in turn. */

import { type Measured, measureEach } from '../harness/measured.ts';
import { measureCompare } from './graphql-compare.ts';
import { measureFrame } from './graphql-frame.ts';
import { measureLive } from './graphql-live.ts';
import type { GraphqlPlan, GraphqlSizes } from './graphql-plan.ts';
import { measureRunPages } from './graphql-runs.ts';

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
