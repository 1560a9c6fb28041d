import {
  type FloatSeries,
  type Frame,
  MOST_LISTED,
  MOST_LISTED_OF_ALL,
  type NonFinitePoint,
} from '../src/metrics/answers/frame.ts';
import type { LabelChange, LabelSeries } from '../src/metrics/answers/label-series.ts';
import { builder } from './builder.ts';

export const AxisEnum = builder.enumType('Axis', {
  description: 'What `x` is: what rows are ordered by.',
  values: {
    STEP: { value: 'step', description: 'The training step (`global_step`).' },
    TIME: { value: 'time', description: "Seconds since the run's earliest event." },
  } as const,
});

export const NonFiniteEnum = builder.enumType('NonFinite', {
  description: 'Numbers that JSON cannot write.',
  values: {
    NAN: { description: 'Not a number, such as 0/0.' },
    POSITIVE_INFINITY: { description: 'Infinity: beyond the largest number.' },
    NEGATIVE_INFINITY: { description: 'Minus infinity: beyond the lowest number.' },
  } as const,
});

const NonFinitePointType = builder.objectRef<NonFinitePoint>('NonFinitePoint').implement({
  description: 'A point at which NaN or an infinity was logged.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'The step, or second.' }),
    value: t.field({
      type: NonFiniteEnum,
      description: 'What was logged there.',
      resolve: ({ value }) => nameNonFinite(value),
    }),
  }),
});

/** @param value NaN, or an infinity */
export function nameNonFinite(value: number): typeof NonFiniteEnum.$inferType {
  if (Number.isNaN(value)) return 'NAN';
  return value > 0 ? 'POSITIVE_INFINITY' : 'NEGATIVE_INFINITY';
}

const FloatSeriesType = builder.objectRef<FloatSeries>('FloatSeries').implement({
  description: 'One curve: the numbers of a column, or of a series derived from one.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'The name of the column, as logged; of a derived series, the one that it was given.',
    }),
    derivedFrom: t.exposeString('derivedFrom', {
      nullable: true,
      description: 'The column that a derived series was worked out from. Null where the series is a column itself.',
    }),
    x: t.expose('x', { type: 'FloatColumn', description: "The frame's x in SHARED mode, its own in PER_SERIES mode." }),
    values: t.expose('values', {
      type: 'FloatColumn',
      description:
        'A number for each `x`; null where there is none, and where it is NaN or infinite (see `nonFinite`).',
    }),
    missingCount: t.expose('missingCount', {
      type: 'SafeInt',
      description:
        "How many of the frame's `totalCount` rows have no number here. NaN and infinities count as numbers.",
    }),
    nonFiniteCount: t.expose('nonFiniteCount', {
      type: 'SafeInt',
      description: 'How many NaNs and infinities were logged in the range, whether sampled or not.',
    }),
    nonFinite: t.expose('nonFinite', {
      type: [NonFinitePointType],
      description:
        `The first of these, by x: where the run blew up. ${MOST_LISTED} at most, fewer where all series of the answer ` +
        `would list more than ${MOST_LISTED_OF_ALL}.`,
    }),
  }),
});

const LabelChangeType = builder.objectRef<LabelChange>('LabelChange').implement({
  description: 'A place at which a label became another one.',
  fields: (t) => ({
    x: t.exposeFloat('x', { description: 'The step, or second, from which on the label is this one.' }),
    value: t.exposeString('value', { description: 'The label, as in `values`.' }),
  }),
});

const LabelSeriesType = builder.objectRef<LabelSeries>('LabelSeries').implement({
  description: 'The texts and booleans of one column.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the column, as logged.' }),
    x: t.expose('x', { type: 'FloatColumn', description: "The frame's x in SHARED mode, its own in PER_SERIES mode." }),
    values: t.expose('values', {
      type: 'LabelColumn',
      description:
        'A label for each `x`; null where there is none. Labels have no say in which rows sampling keeps: one that lasts ' +
        'for few rows may be in none of them, but is in `changes`.',
    }),
    changeCount: t.expose('changeCount', {
      type: 'SafeInt',
      description:
        'How often the label becomes another one in the range, whether sampled or not. The first label counts.',
    }),
    changes: t.expose('changes', {
      type: [LabelChangeType],
      description:
        'The first of these changes, by x: each label holds up to the next change, so that they are the bands of a chart. ' +
        'Worked out from all rows in the range, before they are sampled; in a `MetricDelta` from its rows alone. Rows ' +
        `without a label change nothing. ${MOST_LISTED} at most, fewer where all series of the answer would list more ` +
        `than ${MOST_LISTED_OF_ALL}.`,
    }),
  }),
});

export const MetricFrameType = builder.objectRef<Frame>('MetricFrame').implement({
  description:
    'Metrics as charts take them: `x`, and an array of the same length for each column that is selected or derived. Rows ' +
    'in which none of them has a value are left out. In PER_SERIES mode `x` is empty and each series has its own.',
  fields: (t) => ({
    axis: t.expose('axis', { type: AxisEnum, description: 'What `x` is: steps or seconds.' }),
    missingColumns: t.exposeStringList('missingColumns', {
      description: 'The columns that were asked for, or were to be derived from, and that the run does not have (yet).',
    }),
    x: t.expose('x', {
      type: 'FloatColumn',
      description: 'Steps or seconds, ascending, each once. Empty in PER_SERIES mode.',
    }),
    series: t.expose('series', {
      type: [FloatSeriesType],
      description:
        'The columns that hold numbers, in the order of `columns`; where that is absent, in which the file first shows ' +
        'them. Then derived series.',
    }),
    labels: t.expose('labels', {
      type: [LabelSeriesType],
      description:
        'The columns that hold texts or booleans, in the same order. One that holds numbers too is in both lists.',
    }),
    rowCount: t.exposeInt('rowCount', {
      description: 'How many rows this frame has; in PER_SERIES mode, how many points its longest series has.',
    }),
    totalCount: t.expose('totalCount', {
      type: 'SafeInt',
      description:
        'How many rows there were before sampling: those in the range in which one of the columns has a value.',
    }),
    lastStep: t.expose('lastStep', {
      type: 'SafeInt',
      nullable: true,
      description: 'The highest step in the whole run; null where it has none.',
    }),
    timeOrigin: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        "The moment of the run's earliest event, from which the axis TIME counts: the clock at `x` = 0. The same on both " +
        'axes, whatever the range. Null where no event has a timestamp, and where the earliest lies before the year 0 or ' +
        'after 9999, which a DateTime cannot write.',
      resolve: ({ timeOrigin }) => momentOf(timeOrigin),
    }),
    cursor: t.exposeString('cursor', {
      description:
        'The place in the file up to which this was read: pass it as `after` of the subscription `metrics` to be told ' +
        'of everything that has changed since.',
    }),
  }),
});

/** What RFC 3339 can write, in Unix milliseconds: years of four digits. */
const FIRST_MOMENT = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

/** @param microseconds since 1970; what is less than a millisecond is cut off */
function momentOf(microseconds: number | null): Date | null {
  if (microseconds === null) return null;
  const milliseconds = Math.floor(microseconds / 1000);
  return milliseconds >= FIRST_MOMENT && milliseconds <= LAST_MOMENT ? new Date(milliseconds) : null;
}
