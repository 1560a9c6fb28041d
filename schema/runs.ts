import { type ResolveCursorConnectionArgs, resolveCursorConnection } from '@pothos/plugin-relay';
import { z } from 'zod';
import { BadUserInput } from '../src/errors.ts';
import { newestFirst, type RunPosition } from '../src/runs/run-order.ts';
import { builder } from './builder.ts';
import { pageCost } from './cost.ts';
import { RunType } from './run.ts';

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 500;

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
      complexity: (args) => pageCost(args, DEFAULT_PAGE, LARGEST_PAGE),
      description:
        `All runs, newest first, as they were at most a second ago (five where no changes are announced). A page has ${DEFAULT_PAGE} unless \`first\` or ` +
        `\`last\` says otherwise, and ${LARGEST_PAGE} at most. Cursors stay valid while runs come and go.`,
      resolve: async (_root, args, { catalog }) => {
        for (const [name, size] of Object.entries({ first: args.first, last: args.last })) {
          if (size != null && (size < 0 || size > LARGEST_PAGE)) {
            throw new BadUserInput(`${name}: ${size} is not a page size from 0 to ${LARGEST_PAGE}`);
          }
        }
        if (args.first != null && args.last != null) {
          throw new BadUserInput('first, last: only one of them may be given');
        }
        const runs = await catalog.list();
        const page = await resolveCursorConnection(
          { args, defaultSize: DEFAULT_PAGE, maxSize: LARGEST_PAGE, toCursor: cursorOf },
          ({ after, before, limit, inverted }: ResolveCursorConnectionArgs) => {
            const from = after === undefined ? null : positionOf('after', after);
            const to = before === undefined ? null : positionOf('before', before);
            const between = runs.filter(
              (run) => (from === null || newestFirst(from, run) < 0) && (to === null || newestFirst(run, to) < 0),
            );
            return inverted ? between.toReversed().slice(0, limit) : between.slice(0, limit);
          },
        );
        const { startCursor, endCursor } = page.pageInfo;
        // Where there is none, the plugin says '', which a client could not send back.
        const pageInfo = { ...page.pageInfo, startCursor: startCursor || null, endCursor: endCursor || null };
        return { ...page, pageInfo, totalCount: runs.length };
      },
    },
    {
      name: 'RunConnection',
      description: 'A page of runs.',
      fields: (c) => ({ totalCount: c.exposeInt('totalCount', { description: 'Runs on all pages.' }) }),
    },
    { name: 'RunEdge', description: 'A run and its place in the list.' },
  ),
);

function cursorOf({ createdAt, id }: RunPosition): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

const cursorContent = z.tuple([z.number(), z.string()]);

/** The place of a run in the list, which the cursor names whether or not that run is still there. */
function positionOf(name: string, cursor: string): RunPosition {
  try {
    const [createdAt, id] = cursorContent.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { createdAt, id };
  } catch (cause) {
    throw new BadUserInput(`${name}: '${cursor.slice(0, 100)}' is not a cursor of this list`, { cause });
  }
}
