import { builder } from './builder.ts';

const RunOrderFieldEnum = builder.enumType('RunOrderField', {
  description: 'What runs are ordered by.',
  values: {
    CREATED_AT: { value: 'createdAt', description: 'When they were created.' },
    PATH: {
      value: 'path',
      description:
        'Segment by segment, so that a folder is followed by what lies in it; capitals before small letters.',
    },
    STATUS: { value: 'status', description: 'In the order in which RunStatus lists them.' },
    BEST_METRIC: {
      value: 'bestMetric',
      description: 'The value of `bestMetric`, as a number, whatever the metric. ASC is best first for a loss.',
    },
  } as const,
});

const OrderDirectionEnum = builder.enumType('OrderDirection', {
  description: 'Which end comes first.',
  values: {
    ASC: { value: 'asc', description: 'The lowest, or the oldest.' },
    DESC: { value: 'desc', description: 'The highest, or the newest.' },
  } as const,
});

export const RunOrderInput = builder.inputType('RunOrder', {
  description:
    'The order of a list of runs. Runs of equal rank come newest first, then by run id, the highest first. Runs without ' +
    'a path, or without a finite best value, come last in either direction.',
  fields: (t) => ({
    field: t.field({
      type: RunOrderFieldEnum,
      required: true,
      defaultValue: 'createdAt',
      description: 'What they are ordered by.',
    }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      defaultValue: 'desc',
      description: 'Which end comes first.',
    }),
  }),
});
