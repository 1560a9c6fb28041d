import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin, { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';
import ValidationPlugin from '@pothos/plugin-validation';
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { Turns } from '../src/concurrency.ts';
import { BadUserInput, type RunlensError } from '../src/errors.ts';
import type { Logs } from '../src/logs/logs.ts';
import type { Cost } from '../src/metrics/cache-counts.ts';
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
  /** Of a query, for all that it reads: it may name many runs, and its time may be over before it is their turn. */
  readonly turns?: Turns;
  /** Counts the cells of a frame before it is made. Throws where those of a query are too many together. */
  readonly countCells?: (cells: number) => void;
  /** Tells the operator of what failed where the answer has it as data, so that it is no error of the operation. */
  readonly reportFailure?: (field: string, error: RunlensError) => void;
  /** Told what the metrics in the answer cost. */
  readonly tellCost?: (cost: Cost) => void;
}

/** Does what reads a run when it is its turn among all that the operation reads. */
export function inTurn<R>({ turns }: GraphContext, action: () => Promise<R>): Promise<R> {
  return turns === undefined ? action() : turns.take(action);
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
    nodeTypeOptions: { description: 'What has a global id: every run.' },
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The items of the page, each with its cursor.',
    },
    nodesOnConnection: { description: 'The items of the page, without cursors.' },
    nodeFieldOptions: { nullable: false, description: 'The item.' },
    cursorFieldOptions: { description: 'Its place in the list: pass it as `after` or `before`.' },
    pageInfoFieldOptions: { description: 'Whether there are more pages, and how to ask for them.' },
    pageInfoTypeOptions: { description: 'Whether there are more pages, and how to ask for them.' },
    startCursorFieldOptions: {
      description: 'Pass it as `before` for the previous page. Null where this one is empty.',
    },
    endCursorFieldOptions: { description: 'Pass it as `after` for the next page. Null where this one is empty.' },
    hasNextPageFieldOptions: { description: 'Whether more follows the page.' },
    hasPreviousPageFieldOptions: { description: 'Whether more precedes the page.' },
    firstArgOptions: { description: 'How many items, from the start of the list or from `after` on.' },
    afterArgOptions: { description: 'A cursor: only items behind it.' },
    lastArgOptions: {
      description: 'How many items, up to the end of the list or to `before`. Not together with `first`.',
    },
    beforeArgOptions: { description: 'A cursor: only items before it.' },
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'The node of a global id. Null where it is gone.',
      args: { id: { description: 'The `id` of a node.' } },
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

builder.queryType({ description: 'What can be asked, and is answered once.' });
builder.subscriptionType({
  description: 'What can be followed while it happens, over WebSocket or server-sent events.',
});
