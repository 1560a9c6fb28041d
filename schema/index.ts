import { builder } from './builder.ts';
import './scalars.ts';
import './runs.ts';
import './run-comparison.ts';
import './run-stream.ts';
import './metrics-cache-stats.ts';
import './log-stream.ts';
import './metric-stream.ts';

export type { GraphContext } from './builder.ts';
export { columnJson } from './column.ts';
export { costOf } from './cost.ts';

/** The GraphQL schema that the gateway serves. */
export const schema = builder.toSchema({ sortSchema: false });
