import { RunNotFound } from '../src/errors.ts';
import { LEAST_HZ, MOST_HZ } from '../src/metrics/live/live-metrics.ts';
import type { MetricDelta, MetricEvent, MetricReset } from '../src/metrics/live/metric-event.ts';
import { growingFile } from '../src/runs/growing-file.ts';
import { builder } from './builder.ts';
import { frameCost } from './cost.ts';
import { AxisEnum, MetricFrameType } from './metric-frame.ts';
import { RUN_ID } from './run.ts';
import { StreamEndType, StreamResetType, untilEnd } from './stream.ts';

const MetricDeltaType = builder.objectRef<MetricDelta>('MetricDelta').implement({
  description:
    'What has changed: put each row of `frame` at its x into what you hold, in place of the row that is there, and take ' +
    'the rows of `removed` out. May have neither, for the sake of its cursor.',
  fields: (t) => ({
    frame: t.expose('frame', {
      type: MetricFrameType,
      description:
        'The rows that were added or have changed, whole, as they are now, never sampled. It has all selected columns that ' +
        'the run has; without a selection, those that have a value in these rows. Its `cursor` lies behind this event.',
    }),
    removed: t.expose('removed', {
      type: 'FloatColumn',
      description: 'The x of rows in which a selected column had a value and none has one any more.',
    }),
  }),
});

const MetricEventType = builder.unionType('MetricEvent', {
  description: "What a follower of a run's metrics is told.",
  types: [MetricDeltaType, StreamResetType, StreamEndType],
  resolveType: ({ type }) => ({ delta: MetricDeltaType, reset: StreamResetType, end: StreamEndType })[type],
});

builder.subscriptionField('metrics', (t) =>
  t.field({
    type: MetricEventType,
    complexity: frameCost,
    description:
      'Follows the metrics of a run: sends what has changed since the cursor `after`, then what changes, until the run ' +
      'has ended. Query a frame without `downsample`, pass its `cursor` here, with its axis and its columns, and what you ' +
      'hold stays what a new query would give. Fails with RUN_NOT_FOUND, BAD_USER_INPUT, DATA_UNREADABLE or RUN_TOO_LARGE.',
    args: {
      runId: t.arg.id({ required: true, description: RUN_ID }),
      axis: t.arg({
        type: AxisEnum,
        required: true,
        defaultValue: 'step',
        description: 'What `x` is: STEP to go on behind `Run.metricsStep`, TIME behind `Run.metrics`.',
      }),
      columns: t.arg.stringList({ description: 'The names of the columns to follow, as logged; all where absent.' }),
      after: t.arg.string({
        description:
          'The cursor of a frame or an event of this run: what has changed since is sent. Without it the whole run is, in ' +
          'several events.',
      }),
      maxHz: t.arg.float({
        required: true,
        defaultValue: 4,
        description:
          `At most how many times a second changes are told, ${LEAST_HZ} to ${MOST_HZ}: those that come in between are ` +
          'told together.',
      }),
    },
    subscribe: async (_root, { runId, axis, columns, after, maxHz }, { catalog, liveMetrics }) => {
      const run = await catalog.locate(runId);
      if (run === undefined) throw new RunNotFound(`runId: there is no run '${runId.slice(0, 100)}'`);
      const options = { axis, columns: columns ?? null, after: after ?? null, maxHz };
      const events = liveMetrics.follow(growingFile(catalog, run, 'events'), options);
      return untilEnd(events, isTold, async () => (await catalog.find(runId))?.status);
    },
    resolve: (event) => event,
  }),
);

function isTold(event: MetricEvent): event is MetricDelta | MetricReset {
  return event.type !== 'end';
}
