import type { LogReset } from '../src/logs/log-event.ts';
import type { MetricReset } from '../src/metrics/live/metric-event.ts';
import { hasEnded, type RunStatus } from '../src/runs/run-status.ts';
import { builder } from './builder.ts';
import { RunStatusEnum } from './run-status.ts';

export type StreamReset = LogReset | MetricReset;

/** The last event of a stream, as clients are told it. */
export interface StreamEnd {
  readonly type: 'end';
  readonly status: RunStatus;
  readonly cursor: string;
}

/** What is true of every cursor of a stream. */
export const CURSOR = 'Pass it as `after` to go on behind it, here or at another gateway over the same files.';

const ResetReasonEnum = builder.enumType('ResetReason', {
  description: 'Why a stream begins anew. After all but ROTATED, what was sent before is void.',
  values: {
    TRUNCATED: { value: 'truncated', description: 'The file was cut or overwritten.' },
    REPLACED: { value: 'replaced', description: 'Another file is in its place, or none.' },
    ROTATED: {
      value: 'rotated',
      description:
        'A new log file begins: earlier lines stay valid, and lines are numbered from 1 again. Of logs only.',
    },
    ORIGIN_MOVED: {
      value: 'originMoved',
      description:
        'An event came that is earlier than the earliest so far: all seconds are counted from another moment. Of metrics by TIME only.',
    },
  } as const,
});

export const StreamResetType = builder.objectRef<StreamReset>('StreamReset').implement({
  description: 'What follows begins at the start of a file. Drop what was sent before, unless the reason is ROTATED.',
  fields: (t) => ({
    reason: t.expose('reason', { type: ResetReasonEnum, description: 'Why the stream begins anew.' }),
    cursor: t.exposeString('cursor', { description: `The place of that start. ${CURSOR}` }),
  }),
});

export const StreamEndType = builder.objectRef<StreamEnd>('StreamEnd').implement({
  description: 'The run has ended, or is gone, and everything was sent. The last event.',
  fields: (t) => ({
    status: t.expose('status', { type: RunStatusEnum, description: 'How the run ended; UNKNOWN where it is gone.' }),
    cursor: t.exposeString('cursor', { description: `The end of the file, for a run that is resumed. ${CURSOR}` }),
  }),
});

/** The events of a stream that clients are told of, up to the end. Not a generator: one that waits is deaf to return(). */
export function untilEnd<Event extends { readonly type: string }, Told extends Event>(
  events: AsyncIterableIterator<Event | { readonly type: 'end'; readonly cursor: string }>,
  isTold: (event: Event) => event is Told,
  statusNow: () => Promise<RunStatus | undefined>,
): AsyncIterableIterator<Told | StreamEnd> {
  let isOver = false;
  const finish = async (): Promise<IteratorResult<Told | StreamEnd>> => {
    await events.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isOver) return finish();
      for (;;) {
        const { done, value } = await events.next();
        if (done) return { done, value: undefined };
        if (isEnd(value)) {
          const status = await statusNow();
          // It goes on, at another place or anew: whoever connects again is told.
          if (status !== undefined && !hasEnded(status)) return finish();
          isOver = true;
          return { done: false, value: { ...value, status: status ?? 'unknown' } };
        }
        if (isTold(value)) return { done: false, value };
      }
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isEnd(event: { readonly type: string }): event is { readonly type: 'end'; readonly cursor: string } {
  return event.type === 'end';
}
