import { encodeGlobalID } from '@pothos/plugin-relay';
import type { RunAdded, RunChanged, RunRemoved } from '../src/runs/pending-events.ts';
import type { RunStreamStart } from '../src/runs/run-follower.ts';
import { builder } from './builder.ts';
import { RunType } from './run.ts';
import { RunFilterInput } from './run-filter.ts';

const StreamStartType = builder.objectRef<RunStreamStart>('StreamStart').implement({
  description:
    'Following begins: ask `Query.runs` now, and there is no gap between its answer and the events that follow. The ' +
    'first event, after each reconnect too; comes again where a client is so far behind that it is to ask anew.',
  fields: (t) => ({
    totalCount: t.int({ description: 'How many runs meet the filter.', resolve: ({ count }) => count() }),
  }),
});

const RunAddedType = builder.objectRef<RunAdded>('RunAdded').implement({
  description: 'A run came, or meets the filter now.',
  fields: (t) => ({
    run: t.expose('run', { type: RunType, description: 'The run.' }),
  }),
});

const RunChangedType = builder.objectRef<RunChanged>('RunChanged').implement({
  description: 'A run that meets the filter, still, is not as it was. New metrics and lines of its log are no change.',
  fields: (t) => ({
    run: t.expose('run', { type: RunType, description: 'As it is now.' }),
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
      'Tells which runs come, change and go, of those that meet a filter: within a second, or five where the file ' +
      'system announces no changes. Not what there is already: ask `Query.runs` after the event `StreamStart`. A client ' +
      'that is slow is told of a run once, as it is by then. Fails with BAD_USER_INPUT.',
    args: { filter: t.arg({ type: RunFilterInput, description: 'Which runs; all of them unless given.' }) },
    subscribe: (_root, { filter }, { runFollower }) => runFollower.follow(filter),
    resolve: (event) => event,
  }),
);
