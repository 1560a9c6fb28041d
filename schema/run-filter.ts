import { builder } from './builder.ts';
import { RunStatusEnum } from './run-status.ts';

export const RunFilterInput = builder.inputType('RunFilter', {
  description: 'Only runs that meet all of these. What is absent or null restricts nothing.',
  fields: (t) => ({
    text: t.string({
      description:
        'For a search box: words, each of which must occur in the run id, the path, the alias or a tag, as a part of ' +
        'it and in any case. 200 characters at most.',
    }),
    pathPrefix: t.string({
      description:
        'The first segments of the path, whole: `vision` is for `vision` and `vision/resnet`, not for `vision2`. ' +
        'Slashes at its ends mean nothing.',
    }),
    status: t.field({ type: [RunStatusEnum], description: 'Any of these. An empty list restricts nothing.' }),
    tags: t.stringList({ description: 'All of these, to the letter.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created then or later, by `createdAt`.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created earlier, by `createdAt`.' }),
  }),
});
