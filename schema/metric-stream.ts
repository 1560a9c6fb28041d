import { RunNotFound } from '../src/errors.ts';
import { LEAST_HZ, MOST_HZ } from '../src/metrics/live/live-metrics.ts';
import type { MetricDelta, MetricEvent, MetricReset } from '../src/metrics/live/metric-event.ts';
import { growingFile } from '../src/runs/growing-file.ts';
import { builder } from './builder.ts';
import { frameCost } from './cost.ts';
import { AxisEnum, MetricFrameType } from './metric-frame.ts';
import { StreamEndType, StreamResetType, untilEnd } from './stream.ts';

const MetricDeltaType = builder.objectRef<MetricDelta>('MetricDelta').implement({
  description:
    'What has changed: put the rows of `frame` by x into what you hold, each for the whole row of its x, and take those ' +
    'of `removed` out. May hold none, for the sake of its cursor.',
  fields: (t) => ({
    frame: t.expose('frame', {
      type: MetricFrameType,
      description:
        'Rows that were added or have changed, as they are now. A selected column is always there, if the run has it; ' +
        'without a selection those are left out that have no value in these rows. Its `cursor` is behind this event.',
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
      "Sends what has changed in a run's metrics since the cursor, and then what changes, until the run has ended. " +
      'Query a frame at full resolution, pass its `cursor`, and what you hold stays what a new query would give. Fails ' +
      'with RUN_NOT_FOUND, BAD_USER_INPUT, DATA_UNREADABLE or RUN_TOO_LARGE.',
    args: {
      runId: t.arg.id({ required: true, description: 'As REST names it: the name of its directory.' }),
      axis: t.arg({ type: AxisEnum, required: true, defaultValue: 'step', description: 'What rows are ordered by.' }),
      columns: t.arg.stringList({ description: 'Names of the columns wanted, as logged; all where absent.' }),
      after: t.arg.string({
        description:
          'A cursor of a frame or an event of this run: what has changed since is sent. Without it the whole run is, in ' +
          'several events.',
      }),
      maxHz: t.arg.float({
        required: true,
        defaultValue: 4,
        description:
          `How many times a second changes are told of at most, ${LEAST_HZ} to ${MOST_HZ}: those that come meanwhile are ` +
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
