import { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars.ts';
import './runs.ts';
import './run-comparison.ts';
import './run-stream.ts';
import './metrics-cache-stats.ts';
import './log-stream.ts';
import './metric-stream.ts';

export type { GraphContext } from './builder.ts';
export { columnJson } from './column-json.ts';
export { costOf } from './cost.ts';

const DESCRIPTION =
  'Training runs, served while they are still running. A run logs values under names: each name is a column, and all that ' +
  'was logged at one step, or at one time, is a row. Begin with `Query.runs`; `Run.columns` tells what a run logs, ' +
  '`Run.metricsStep` gives columns for a chart, `Query.compareRuns` those of several runs, `Run.logs` the console log. ' +
  'Subscriptions go on from there: `metrics`, `logs` and `runs`.';

/** The GraphQL schema that the gateway serves. */
export const schema = new GraphQLSchema({
  ...builder.toSchema({ sortSchema: false }).toConfig(),
  description: DESCRIPTION,
});
