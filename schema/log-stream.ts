import { RunNotFound } from '../src/errors.ts';
import type { LogBatch, LogEvent, LogReset } from '../src/logs/log-event.ts';
import { growingFile } from '../src/runs/growing-file.ts';
import { builder } from './builder.ts';
import { LogRenderInput, renderOf } from './log-render.ts';
import { RUN_ID } from './run.ts';
import { CURSOR, StreamEndType, StreamResetType, untilEnd } from './stream.ts';

const LogBatchType = builder.objectRef<LogBatch>('LogBatch').implement({
  description: 'The next lines of a log. May hold none, for the sake of its cursor or of `partial`.',
  fields: (t) => ({
    lines: t.exposeStringList('lines', {
      description:
        'The lines, without their ends; invalid UTF-8 as U+FFFD. Of a line over 256 KiB the start, and how much more it has.',
    }),
    firstLine: t.expose('firstLine', {
      type: 'SafeInt',
      nullable: true,
      description:
        'The number in its file of the first of them, counted from 1. Null until the lines before it are counted.',
    }),
    cursor: t.exposeString('cursor', { description: `The place behind these lines. ${CURSOR}` }),
    partial: t.exposeString('partial', {
      nullable: true,
      description:
        'The unfinished line at the end, a progress bar mostly, as it looks now: replaced by every batch, never part of ' +
        'the log. Null where there is none, and unless carriage returns are collapsed.',
    }),
  }),
});

const LogEventType = builder.unionType('LogEvent', {
  description: 'What a follower of a log is told.',
  types: [LogBatchType, StreamResetType, StreamEndType],
  resolveType: ({ type }) => ({ batch: LogBatchType, reset: StreamResetType, end: StreamEndType })[type],
});

builder.subscriptionField('logs', (t) =>
  t.field({
    type: LogEventType,
    description:
      'Follows the log of a run: sends its last `tail` lines, or what lies behind the cursor `after`, then what is ' +
      'appended, until the run has ended. Fails with RUN_NOT_FOUND, BAD_USER_INPUT or DATA_UNREADABLE.',
    args: {
      runId: t.arg.id({ required: true, description: RUN_ID }),
      after: t.arg.string({ description: 'A cursor of this log: everything behind it is sent, whatever `tail` says.' }),
      tail: t.arg.int({
        required: true,
        defaultValue: 1000,
        description: 'How many of the last finished lines come first; 0: only new ones.',
      }),
      render: t.arg({ type: LogRenderInput, description: 'How the lines are to look; as they are, where absent.' }),
    },
    subscribe: async (_root, { runId, after, tail, render }, context) => {
      const run = await context.catalog.locate(runId);
      if (run === undefined) throw new RunNotFound(`runId: there is no run '${runId.slice(0, 100)}'`);
      const options = { after: after ?? null, tail, render: renderOf(render) };
      const events = context.logs.follow(growingFile(context.catalog, run, 'logs'), options);
      return untilEnd(events, isTold, async () => (await context.catalog.find(runId))?.status);
    },
    resolve: (event) => event,
  }),
);

/** What other readers of logs need is not told. */
function isTold(event: LogEvent): event is LogBatch | LogReset {
  return event.type === 'batch' || event.type === 'reset';
}
