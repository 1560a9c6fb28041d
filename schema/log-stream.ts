import { RunNotFound } from '../src/errors.ts';
import type { LogBatch, LogEvent, LogReset } from '../src/logs/log-event.ts';
import { growingFile } from '../src/runs/growing-file.ts';
import type { RunStatus } from '../src/runs/run-status.ts';
import { builder, type GraphContext } from './builder.ts';
import { LogRenderInput, renderOf } from './log-render.ts';
import { RunStatusEnum } from './run-status.ts';

interface StreamEnd {
  readonly type: 'end';
  readonly status: RunStatus;
  readonly cursor: string;
}

type StreamEvent = LogBatch | LogReset | StreamEnd;

const CURSOR = 'Pass it as `after` to go on behind it, here or at another gateway over the same files.';

const LogBatchType = builder.objectRef<LogBatch>('LogBatch').implement({
  description: 'The next lines of a log. May hold none, for the sake of its cursor or of `partial`.',
  fields: (t) => ({
    lines: t.exposeStringList('lines', {
      description:
        'Without line ends; invalid UTF-8 as U+FFFD. Of one over 256 KiB the start, and how much more it has.',
    }),
    firstLine: t.expose('firstLine', {
      type: 'SafeInt',
      nullable: true,
      description: 'The number of the first line in its file, from 1. Null until the lines before it are counted.',
    }),
    cursor: t.exposeString('cursor', { description: `Behind these lines. ${CURSOR}` }),
    partial: t.exposeString('partial', {
      nullable: true,
      description:
        'The unfinished line at the end, a progress bar mostly, as it looks now: replaced by every batch, never part of ' +
        'the log. Null where there is none, and unless carriage returns are collapsed.',
    }),
  }),
});

const ResetReasonEnum = builder.enumType('ResetReason', {
  description: 'Why a stream goes on elsewhere. After all but ROTATED, what was sent before is void.',
  values: {
    TRUNCATED: { value: 'truncated', description: 'The file was cut or overwritten.' },
    REPLACED: { value: 'replaced', description: 'Another file is at its place.' },
    ROTATED: {
      value: 'rotated',
      description: 'A new file begins: earlier lines stay valid, numbering starts again.',
    },
  } as const,
});

const StreamResetType = builder.objectRef<LogReset>('StreamReset').implement({
  description: 'What follows begins at the start of a file. Unless it was rotated, drop what was sent before.',
  fields: (t) => ({
    reason: t.expose('reason', { type: ResetReasonEnum, description: 'Why.' }),
    cursor: t.exposeString('cursor', { description: `At that start. ${CURSOR}` }),
  }),
});

const StreamEndType = builder.objectRef<StreamEnd>('StreamEnd').implement({
  description: 'The run has ended, or is gone, and everything was sent. The last event.',
  fields: (t) => ({
    status: t.expose('status', { type: RunStatusEnum, description: 'How it ended; UNKNOWN where the run is gone.' }),
    cursor: t.exposeString('cursor', { description: `At the end, should the run be resumed. ${CURSOR}` }),
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
      'Sends what the log holds from the cursor on, or its last `tail` lines, and then follows it until the run has ' +
      'ended. Fails with RUN_NOT_FOUND, BAD_USER_INPUT or DATA_UNREADABLE.',
    args: {
      runId: t.arg.id({ required: true, description: 'As REST names it: the name of its directory.' }),
      after: t.arg.string({ description: 'A cursor of this log: what follows it is sent. Beats `tail`.' }),
      tail: t.arg.int({ required: true, defaultValue: 1000, description: 'How many of the last lines come first.' }),
      render: t.arg({ type: LogRenderInput, description: 'How the lines are to look; as they are, unless given.' }),
    },
    subscribe: async (_root, { runId, after, tail, render }, context) => {
      const run = await context.catalog.locate(runId);
      if (run === undefined) throw new RunNotFound(`runId: there is no run '${runId.slice(0, 100)}'`);
      const options = { after: after ?? null, tail, render: renderOf(render) };
      return untilEnd(context.logs.follow(growingFile(context.catalog, run, 'logs'), options), runId, context);
    },
    resolve: (event) => event,
  }),
);

/** The events that clients are told of, up to the end. Not a generator: one that waits is deaf to its return(). */
function untilEnd(
  events: AsyncIterableIterator<LogEvent>,
  runId: string,
  { catalog }: GraphContext,
): AsyncIterableIterator<StreamEvent> {
  let isOver = false;
  const finish = async (): Promise<IteratorResult<StreamEvent>> => {
    await events.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isOver) return finish();
      for (;;) {
        const { done, value } = await events.next();
        if (done) return { done, value: undefined };
        if (value.type === 'batch' || value.type === 'reset') return { done: false, value };
        if (value.type === 'end') {
          isOver = true;
          const status = (await catalog.find(runId))?.status ?? 'unknown';
          return { done: false, value: { ...value, status } };
        }
      }
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
