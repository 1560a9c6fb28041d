import { z } from 'zod';
import { type Derivation, derivedName, type Formula } from '../src/metrics/derived/derivation.ts';
import { builder } from './builder.ts';

const COLUMN =
  "The column that it is worked out from, as logged, selected or not. `global_step` is the row's step, on both axes.";
const AS = 'The name of the series, which no other in the frame may have.';

const atLeastOne = z.int().min(1, { error: ({ input }) => `${String(input)} is less than 1` });

const ExponentialMovingAverageInput = builder.inputType('ExponentialMovingAverage', {
  description:
    "A smooth curve, the same as under TensorBoard's slider: `s = weight * s + (1 - weight) * value` from `s = 0` on, shown " +
    'as `s / (1 - weight^n)` at the n-th value, so that the curve does not begin at 0.',
  fields: (t) => ({
    column: t.string({ required: true, description: COLUMN }),
    weight: t.float({
      required: true,
      description:
        'How much of what came before stays: from 0, the curve as it is, to less than 1. The value of the slider.',
      validate: z
        .number()
        .min(0, { error: ({ input }) => `${String(input)} is less than 0` })
        .lt(1, { error: ({ input }) => `${String(input)} is not less than 1` }),
    }),
    as: t.string({ description: `${AS} Where absent it is like \`ema(train/loss, 0.6)\`.` }),
  }),
});

const RollingStatisticEnum = builder.enumType('RollingStatistic', {
  description: 'What becomes of the values in a window.',
  values: {
    MIN: { value: 'min', description: 'The least.' },
    MAX: { value: 'max', description: 'The greatest.' },
    MEAN: { value: 'mean', description: 'The mean.' },
  } as const,
});

const RollingWindowInput = builder.inputType('RollingWindow', {
  description:
    'The least, the greatest or the mean of each value and those before it, `rows` together; at the start, where there are ' +
    'fewer, of those there are.',
  fields: (t) => ({
    column: t.string({ required: true, description: COLUMN }),
    statistic: t.field({
      type: RollingStatisticEnum,
      required: true,
      description: 'What becomes of the values in the window.',
    }),
    rows: t.int({
      required: true,
      description: 'How many values a window has, 1 or more. Rows in which the column has no number do not count.',
      validate: atLeastOne,
    }),
    as: t.string({ description: `${AS} Where absent it is like \`rolling_max(train/loss, 100)\`.` }),
  }),
});

const RateOfChangeInput = builder.inputType('RateOfChange', {
  description:
    'Change a second: the difference between each value and the one `rows` values before it, divided by the seconds between ' +
    'the two, on both axes; at the start, where there are fewer, since the first value, which itself has no rate.',
  fields: (t) => ({
    column: t.string({
      required: true,
      description: COLUMN,
    }),
    rows: t.int({
      required: true,
      defaultValue: 1,
      description: 'Over how many values, 1 or more: more are smoother.',
      validate: atLeastOne,
    }),
    as: t.string({
      description: `${AS} Where absent it is like \`rate(tokens)\`, or \`rate(tokens, 50)\` over more values.`,
    }),
  }),
});

export const DerivationInput = builder.inputType('Derivation', {
  description:
    'A series that is worked out from a column, over the whole run whatever the range, and then sampled: zooming in never ' +
    'changes a value. Only finite numbers take part; where NaN or an infinity was logged, the series has the same. ' +
    'Exactly one field is given.',
  isOneOf: true,
  fields: (t) => ({
    ema: t.field({
      type: ExponentialMovingAverageInput,
      description: 'The column smoothed, by an exponential moving average.',
    }),
    rolling: t.field({
      type: RollingWindowInput,
      description: 'The least, the greatest or the mean of a window that moves along.',
    }),
    rate: t.field({
      type: RateOfChangeInput,
      description: 'Change a second: of a column `tokens`, tokens a second; of `global_step`, steps a second.',
    }),
  }),
});

/** Each takes a column's worth of memory while a frame is made. */
export const MOST_DERIVED = 16;

interface DerivedFrom {
  readonly column: string;
  readonly as?: string | null | undefined;
}

export type DerivationShape = typeof DerivationInput.$inferInput;

export function derivationOf({ ema, rolling, rate }: DerivationShape): Derivation {
  if (ema != null) return named(ema, { kind: 'ema', weight: ema.weight });
  if (rolling != null) return named(rolling, { kind: 'rolling', statistic: rolling.statistic, rows: rolling.rows });
  return named(rate, { kind: 'rate', rows: rate.rows });
}

function named({ column, as }: DerivedFrom, formula: Formula): Derivation {
  return { name: as ?? derivedName(column, formula), column, formula };
}
