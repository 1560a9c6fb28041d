import { type ResolveCursorConnectionArgs, resolveCursorConnection } from '@pothos/plugin-relay';
import { conditionOf } from '../src/runs/run-filter.ts';
import { NEWEST_FIRST } from '../src/runs/run-order.ts';
import { sortedRuns } from '../src/runs/sorted-runs.ts';
import { builder } from './builder.ts';
import { pageCost } from './cost.ts';
import { refuseBadPages } from './paging.ts';
import { RunType } from './run.ts';
import { cursorOf, parseCursor } from './run-cursor.ts';
import { RunFilterInput } from './run-filter.ts';
import { RunOrderInput } from './run-order.ts';

/** How many runs a page has. */
const RUN_PAGE = { usual: 50, largest: 500 };

builder.queryField('run', (t) =>
  t.field({
    type: RunType,
    nullable: true,
    description: 'Null where there is no such run, or it is deleted.',
    args: { runId: t.arg.id({ required: true, description: 'As REST names it: the name of its directory.' }) },
    resolve: (_root, { runId }, { catalog }) => catalog.find(runId),
  }),
);

builder.queryField('runs', (t) =>
  t.connection(
    {
      type: RunType,
      complexity: (args) => pageCost(args, RUN_PAGE),
      description:
        'The runs that meet a filter, newest first unless told, as they were at most a second ago (five where no ' +
        `changes are announced). A page has ${RUN_PAGE.usual} unless \`first\` or \`last\` says otherwise, and ` +
        `${RUN_PAGE.largest} at most. Cursors stay valid while runs come and go, for the order that they were made in.`,
      args: {
        filter: t.arg({ type: RunFilterInput, description: 'Which runs; all of them unless given.' }),
        order: t.arg({ type: RunOrderInput, description: 'In which order; newest first unless given.' }),
      },
      resolve: async (_root, { filter, ...args }, { catalog }) => {
        refuseBadPages(args, RUN_PAGE);
        const order = args.order ?? NEWEST_FIRST;
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
          description: 'Runs on all pages: those that meet the filter.',
          resolve: ({ count }) => count(),
        }),
      }),
    },
    { name: 'RunEdge', description: 'A run and its place in the list.' },
  ),
);
