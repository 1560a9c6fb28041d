import { encodeGlobalID } from '@pothos/plugin-relay';
import type { RunAdded, RunChanged, RunRemoved } from '../src/runs/pending-events.ts';
import type { RunStreamStart } from '../src/runs/run-follower.ts';
import { builder } from './builder.ts';
import { RunType } from './run.ts';
import { RunFilterInput } from './run-filter.ts';

const StreamStartType = builder.objectRef<RunStreamStart>('StreamStart').implement({
  description:
    'Following begins here: ask `Query.runs` now, and nothing is missing between its answer and the events that follow. ' +
    'The first event, and after each reconnect; comes again to a client that is so far behind that it has to ask anew.',
  fields: (t) => ({
    totalCount: t.int({ description: 'How many runs meet the filter.', resolve: ({ count }) => count() }),
  }),
});

const RunAddedType = builder.objectRef<RunAdded>('RunAdded').implement({
  description: 'A run has come, or has begun to meet the filter.',
  fields: (t) => ({
    run: t.expose('run', { type: RunType, description: 'The run as it is now.' }),
  }),
});

const RunChangedType = builder.objectRef<RunChanged>('RunChanged').implement({
  description:
    'A run that met the filter, and still does, has changed: its status, its tags... New metrics and log lines do not count.',
  fields: (t) => ({
    run: t.expose('run', { type: RunType, description: 'The run as it is now.' }),
  }),
});

const RunRemovedType = builder.objectRef<RunRemoved>('RunRemoved').implement({
  description: 'A run is gone or deleted, or does not meet the filter any more.',
  fields: (t) => ({
    runId: t.field({ type: 'ID', description: 'The `runId` that it had.', resolve: ({ id }) => id }),
    nodeId: t.field({
      type: 'ID',
      description: 'The `id` that it had, by which client caches know it.',
      resolve: ({ id }) => encodeGlobalID('Run', id),
    }),
  }),
});

const RunEventType = builder.unionType('RunEvent', {
  description: 'What a follower of runs is told.',
  types: [StreamStartType, RunAddedType, RunChangedType, RunRemovedType],
  resolveType: ({ type }) =>
    ({ start: StreamStartType, added: RunAddedType, changed: RunChangedType, removed: RunRemovedType })[type],
});

builder.subscriptionField('runs', (t) =>
  t.field({
    type: RunEventType,
    description:
      'Tells which of the runs that meet a filter come, change and go: within a second, or five where the file system ' +
      'does not announce changes. Not which there are: ask `Query.runs` at each `StreamStart`. A client that is slow is ' +
      'told of a run once, as it is by then. Has no end. Fails with BAD_USER_INPUT.',
    args: { filter: t.arg({ type: RunFilterInput, description: 'Which runs; all where absent.' }) },
    subscribe: (_root, { filter }, { runFollower }) => runFollower.follow(filter),
    resolve: (event) => event,
  }),
);
