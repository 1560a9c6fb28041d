import { type ResolveCursorConnectionArgs, resolveCursorConnection } from '@pothos/plugin-relay';
import { conditionOf } from '../src/runs/run-filter.ts';
import { sortedRuns } from '../src/runs/sorted-runs.ts';
import { builder } from './builder.ts';
import { pageCost } from './cost.ts';
import { refuseBadPages } from './paging.ts';
import { RUN_ID, RunType } from './run.ts';
import { cursorOf, parseCursor } from './run-cursor.ts';
import { RunFilterInput } from './run-filter.ts';
import { orderOf, RunOrderInput } from './run-order.ts';

/** How many runs a page has. */
const RUN_PAGE = { usual: 50, largest: 500 };

builder.queryField('run', (t) =>
  t.field({
    type: RunType,
    nullable: true,
    description: 'One run. Null where there is none of that id, or it is deleted.',
    args: { runId: t.arg.id({ required: true, description: RUN_ID }) },
    resolve: (_root, { runId }, { catalog }) => catalog.find(runId),
  }),
);

builder.queryField('runs', (t) =>
  t.connection(
    {
      type: RunType,
      complexity: (args) => pageCost(args, RUN_PAGE),
      description:
        'A page of the runs that meet a filter, as they were at most a second ago (five where the file system does not ' +
        `announce changes). It has ${RUN_PAGE.usual} runs unless \`first\` or \`last\` says otherwise, and ` +
        `${RUN_PAGE.largest} at most. Cursors stay valid while runs come and go, for the order that they were made in.`,
      args: {
        filter: t.arg({ type: RunFilterInput, description: 'Which runs; all where absent.' }),
        order: t.arg({ type: RunOrderInput, description: 'In which order; newest first where absent.' }),
      },
      resolve: async (_root, { filter, ...args }, { catalog }) => {
        refuseBadPages(args, RUN_PAGE);
        const order = orderOf(args.order);
        const condition = conditionOf(filter);
        const runs = sortedRuns(await catalog.list(), order);
        const page = await resolveCursorConnection(
          { args, defaultSize: RUN_PAGE.usual, maxSize: RUN_PAGE.largest, toCursor: (run) => cursorOf(run, order) },
          ({ after, before, limit, inverted }: ResolveCursorConnectionArgs) =>
            runs.take(condition, {
              after: after === undefined ? null : parseCursor('after', after, order),
              before: before === undefined ? null : parseCursor('before', before, order),
              limit,
              isBackward: inverted,
            }),
        );
        const { startCursor, endCursor } = page.pageInfo;
        // Where there is none, the plugin says '', which a client could not send back.
        const pageInfo = { ...page.pageInfo, startCursor: startCursor || null, endCursor: endCursor || null };
        return { ...page, pageInfo, count: () => runs.count(condition) };
      },
    },
    {
      name: 'RunConnection',
      description: 'A page of runs.',
      fields: (c) => ({
        totalCount: c.int({
          description: 'How many runs meet the filter, on all pages.',
          resolve: ({ count }) => count(),
        }),
      }),
    },
    { name: 'RunEdge', description: 'A run and its place in the list.' },
  ),
);
