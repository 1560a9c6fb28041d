import { DEFAULT_PAGE, LARGEST_PAGE, type LogPage, MOST_BYTES, type PagedLine } from '../src/logs/log-page.ts';
import { builder } from './builder.ts';
import { BYTES_A_NUMBER, pageCost } from './cost.ts';
import { LogRenderInput } from './log-render.ts';
import type { PageSize } from './paging.ts';

/** The arguments of a field that pages through a log. */
export function logArguments() {
  return builder.args((t) => ({
    first: t.int({
      description: 'How many lines, from the start, `after` or `fromLine` on: 100 where absent, 1000 at most.',
    }),
    after: t.string({ description: 'A cursor, of a page or of the subscription `logs`: only lines behind it.' }),
    last: t.int({
      description: 'How many lines, up to the end, `before` or `beforeLine`. Not together with `first`.',
    }),
    before: t.string({ description: 'A cursor: only lines before it.' }),
    fromLine: t.field({
      type: 'SafeInt',
      description: 'Only lines of this number, counted from 1, or higher. Not together with `after` or `last`.',
    }),
    beforeLine: t.field({
      type: 'SafeInt',
      description:
        'Only lines of a lower number than this. With `last` and `contains` it finds what is before a line. Not together ' +
        'with `before`.',
    }),
    contains: t.string({ description: 'Only lines with this text in them, escape sequences left aside.' }),
    ignoreCase: t.boolean({ required: true, defaultValue: true, description: 'Whether `contains` ignores case.' }),
    render: t.field({ type: LogRenderInput, description: 'How the lines are to look; as they are, where absent.' }),
  }));
}

/** The lines of a page; a search costs what it reads. */
export function logCost({ contains, ...page }: PageSize & { readonly contains?: string | null | undefined }) {
  const { field, multiplier } = pageCost(page, { usual: DEFAULT_PAGE, largest: LARGEST_PAGE });
  return { field: contains == null ? field : MOST_BYTES / BYTES_A_NUMBER, multiplier };
}

const LogLineType = builder.objectRef<PagedLine>('LogLine').implement({
  description: 'A line of a log.',
  fields: (t) => ({
    number: t.expose('number', {
      type: 'SafeInt',
      nullable: true,
      description: 'Its number in the file, counted from 1. Null until the lines before it are counted.',
    }),
    text: t.exposeString('text', { description: 'The line without its end, as `render` wants it.' }),
  }),
});

const LogEdgeType = builder.objectRef<PagedLine>('LogEdge').implement({
  description: 'A line and its place in the log.',
  fields: (t) => ({
    node: t.field({ type: LogLineType, description: 'The line.', resolve: (line) => line }),
    cursor: t.string({
      description:
        'The place behind the line. Pass it as `after` or `before`; the subscription `logs` goes on from it too.',
      resolve: (line) => line.cursor(),
    }),
  }),
});

export const LogConnectionType = builder.objectRef<LogPage>('LogConnection').implement({
  description: 'A page of a log.',
  fields: (t) => ({
    edges: t.field({
      type: [LogEdgeType],
      description: 'The lines of the page, each with its cursor.',
      resolve: ({ lines }) => lines,
    }),
    nodes: t.field({
      type: [LogLineType],
      description: 'The lines of the page, without cursors.',
      resolve: ({ lines }) => lines,
    }),
    pageInfo: t.field({
      type: builder.pageInfoRef(),
      description: 'Whether there are more pages, and how to ask for them.',
      resolve: (page) => page,
    }),
    lineCount: t.expose('lineCount', {
      type: 'SafeInt',
      nullable: true,
      description:
        'How many finished lines the whole log has. Null until they are counted: ask again a little later, or with a ' +
        '`fromLine` beyond the end, which waits for it.',
    }),
  }),
});
