import { DEFAULT_PAGE, LARGEST_PAGE, type LogPage, MOST_BYTES, type PagedLine } from '../src/logs/log-page.ts';
import { builder } from './builder.ts';
import { BYTES_A_NUMBER, pageCost } from './cost.ts';
import { LogRenderInput } from './log-render.ts';
import type { PageSize } from './paging.ts';

/** The arguments of a field that pages through a log. */
export function logArguments() {
  return builder.args((t) => ({
    first: t.int({
      description: 'The size of a page, from the start, `after` or `fromLine` on: 100, and 1000 at most.',
    }),
    after: t.string({ description: 'A cursor: only what follows it. Those of the subscription `logs` do too.' }),
    last: t.int({ description: 'The size of a page, up to the end or to `before`.' }),
    before: t.string({ description: 'A cursor: only what precedes it.' }),
    fromLine: t.field({ type: 'SafeInt', description: 'The number of the first line, counted from 1.' }),
    contains: t.string({ description: 'Only lines with this text in them, escape sequences left aside.' }),
    ignoreCase: t.boolean({ required: true, defaultValue: true, description: 'Whether `contains` ignores case.' }),
    render: t.field({ type: LogRenderInput, description: 'How the lines are to look; as they are, unless given.' }),
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
      description: 'Counted from 1. Null until the lines before it are counted.',
    }),
    text: t.exposeString('text', { description: 'Without its end.' }),
  }),
});

const LogEdgeType = builder.objectRef<PagedLine>('LogEdge').implement({
  description: 'A line and its place in the log.',
  fields: (t) => ({
    node: t.field({ type: LogLineType, description: 'The line.', resolve: (line) => line }),
    cursor: t.string({
      description: 'Behind the line. Pass it as `after` or `before`; the subscription `logs` goes on from it too.',
      resolve: (line) => line.cursor(),
    }),
  }),
});

export const LogConnectionType = builder.objectRef<LogPage>('LogConnection').implement({
  description: 'A page of a log.',
  fields: (t) => ({
    edges: t.field({ type: [LogEdgeType], description: 'What is on the page.', resolve: ({ lines }) => lines }),
    pageInfo: t.field({ type: builder.pageInfoRef(), description: 'Where the page lies.', resolve: (page) => page }),
    lineCount: t.expose('lineCount', {
      type: 'SafeInt',
      nullable: true,
      description: 'Finished lines of the whole log. Null until they are counted.',
    }),
  }),
});
