import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin, { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { BadUserInput } from '../src/errors.ts';
import type { Logs } from '../src/logs/logs.ts';
import type { LiveMetrics } from '../src/metrics/live/live-metrics.ts';
import type { MetricsCache } from '../src/metrics/metrics-cache.ts';
import type { RunCatalog } from '../src/runs/run-catalog.ts';
import type { RunFollower } from '../src/runs/run-follower.ts';

/** What resolvers work with. */
export interface GraphContext {
  readonly catalog: RunCatalog;
  readonly runFollower: RunFollower;
  readonly metrics: MetricsCache;
  readonly liveMetrics: LiveMetrics;
  readonly logs: Logs;
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
  plugins: [ComplexityPlugin, ValidationPlugin, RelayPlugin],
  // Fields only say what they cost. Before any of them is asked, the whole operation is judged: see costOf.
  complexity: { disabled: true, defaultListMultiplier: 1 },
  relay: {
    idFieldOptions: { description: 'Unique among all nodes of all types: for client caches, and for `node`.' },
    nodeTypeOptions: { description: 'What has a global id.' },
    edgesFieldOptions: { nullable: { list: false, items: false }, description: 'What is on the page, with cursors.' },
    nodesOnConnection: { description: 'What is on the page, without cursors.' },
    nodeFieldOptions: { nullable: false, description: 'What is at that place.' },
    cursorFieldOptions: { description: 'The place in the list: pass it as `after` or `before`.' },
    pageInfoFieldOptions: { description: 'Where the page lies.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    startCursorFieldOptions: { description: 'Pass it as `before` for the previous page. Null where there is none.' },
    endCursorFieldOptions: { description: 'Pass it as `after` for the next page. Null where there is none.' },
    hasNextPageFieldOptions: { description: 'Whether more follows the page.' },
    hasPreviousPageFieldOptions: { description: 'Whether more precedes the page.' },
    firstArgOptions: { description: 'The size of a page, from the start or from `after` on.' },
    afterArgOptions: { description: 'A cursor: only what follows it.' },
    lastArgOptions: { description: 'The size of a page, up to the end or to `before`.' },
    beforeArgOptions: { description: 'A cursor: only what precedes it.' },
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'What has this global id. Null where it is gone.',
      args: { id: { description: 'As a node tells it in its field `id`.' } },
      resolve: (_root, { id }, _context, { schema }, resolveNode) => {
        if (!isNode(schema, id.typename)) throw notANode(encodeGlobalID(id.typename, id.id));
        return resolveNode(id);
      },
    },
    decodeGlobalID: (globalId) => {
      try {
        return decodeGlobalID(globalId);
      } catch (cause) {
        throw notANode(globalId, cause);
      }
    },
  },
  validation: {
    validationError: ({ issues }) =>
      new BadUserInput(issues.map(({ path = [], message }) => `${path.map(String).join('.')}: ${message}`).join('; ')),
  },
});

function isNode(schema: GraphQLSchema, typename: string): boolean {
  const [node, type] = [schema.getType('Node'), schema.getType(typename)];
  return isInterfaceType(node) && isObjectType(type) && schema.isSubType(node, type);
}

function notANode(globalId: string, cause?: unknown): BadUserInput {
  return new BadUserInput(`id: '${globalId.slice(0, 100)}' is not the id of a node`, { cause });
}

builder.queryType({ description: 'Everything that can be asked at once.' });
builder.subscriptionType({ description: 'What can be followed while it happens.' });
