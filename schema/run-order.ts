import { BadUserInput } from '../src/errors.ts';
import { NEWEST_FIRST, type PlainField, type RunOrder, type ValueField } from '../src/runs/run-order.ts';
import { builder } from './builder.ts';

/** Above any that people read. */
const LONGEST_NAME = 1000;

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
    CONFIG: {
      value: 'config',
      description:
        'The hyperparameter that `name` names. Numbers come before texts; true and false count as texts, and of a text ' +
        'its first 100 characters. What is anything else has no rank, as NaN and infinities have none.',
    },
    SUMMARY: { value: 'summary', description: 'The value of `summary` that `name` names, compared as CONFIG is.' },
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
    'a path, without a finite best value, or without a rank by the named value, come last in either direction.',
  fields: (t) => ({
    field: t.field({
      type: RunOrderFieldEnum,
      required: true,
      defaultValue: 'createdAt',
      description: 'What they are ordered by.',
    }),
    name: t.string({
      description:
        'Which value, where `field` is CONFIG or SUMMARY, and only there; one within others by dots: `optimizer.lr`. ' +
        `${LONGEST_NAME} characters at most.`,
    }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      defaultValue: 'desc',
      description: 'Which end comes first.',
    }),
  }),
});

interface RunOrderArgument {
  readonly field: PlainField | ValueField;
  readonly name?: string | null | undefined;
  readonly direction: RunOrder['direction'];
}

/** The order that is asked for. Throws BadUserInput. */
export function orderOf(argument: RunOrderArgument | null | undefined): RunOrder {
  if (!argument) return NEWEST_FIRST;
  const { field, name = null, direction } = argument;
  if (field === 'config' || field === 'summary') {
    const shown = field.toUpperCase();
    if (name === null) throw new BadUserInput(`order.name: ${shown} needs it, the name of the value to order by`);
    if (name.length > LONGEST_NAME) {
      throw new BadUserInput(`order.name: has ${name.length} characters, ${LONGEST_NAME} is the most`);
    }
    return { field, name, direction };
  }
  if (name !== null) throw new BadUserInput(`order.name: '${name.slice(0, 100)}' is for the fields CONFIG and SUMMARY`);
  return { field, direction };
}
