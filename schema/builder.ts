import SchemaBuilder from '@pothos/core';
import RelayPlugin, { decodeGlobalID } from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import { BadUserInput } from '../src/errors.ts';
import type { MetricsCache } from '../src/metrics/metrics-cache.ts';
import type { RunCatalog } from '../src/runs/run-catalog.ts';

/** What resolvers work with. */
export interface GraphContext {
  readonly catalog: RunCatalog;
  readonly metrics: MetricsCache;
}

export const builder = new SchemaBuilder<{
  Context: GraphContext;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    /** Numbers, with NaN for null. */
    FloatColumn: { Input: never; Output: Float64Array };
    LabelColumn: { Input: never; Output: readonly (string | null)[] };
    SafeInt: { Input: number; Output: number };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  defaultFieldNullability: false,
  plugins: [ValidationPlugin, RelayPlugin],
  relay: {
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
    nodesOnConnection: true,
    nodesQueryOptions: false,
    decodeGlobalID: (globalId) => {
      try {
        return decodeGlobalID(globalId);
      } catch (cause) {
        throw new BadUserInput(`id '${globalId.slice(0, 100)}' is not the id of a node`, { cause });
      }
    },
  },
  validation: {
    validationError: ({ issues }) =>
      new BadUserInput(issues.map(({ path = [], message }) => `${path.map(String).join('.')}: ${message}`).join('; ')),
  },
});

builder.queryType({ description: 'Everything that can be asked at once.' });
