import { builder } from './builder.ts';
import { RunStatusEnum } from './run-status.ts';

export const RunFilterInput = builder.inputType('RunFilter', {
  description: 'Which runs: those that meet all of these conditions. What is absent or null is no condition.',
  fields: (t) => ({
    text: t.string({
      description:
        'What is typed into a search box: each of its words is a part of the run id, the path, the alias or a tag, whatever ' +
        'the case. 200 characters at most.',
    }),
    pathPrefix: t.string({
      description:
        'The first segments of the path, whole: `vision` is for `vision` and `vision/resnet`, not for `vision2`. ' +
        'Slashes at its ends mean nothing.',
    }),
    status: t.field({
      type: [RunStatusEnum],
      description: 'The status is one of these. An empty list is no condition.',
    }),
    tags: t.stringList({ description: 'The run has all of these tags, to the letter.' }),
    createdAfter: t.field({ type: 'DateTime', description: '`createdAt` is then or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: '`createdAt` is earlier.' }),
  }),
});
