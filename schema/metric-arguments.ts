import { z } from 'zod';
import type { FrameRequest } from '../src/metrics/answers/frame.ts';
import { FEWEST_POINTS, MOST_POINTS } from '../src/metrics/rows/row-selection.ts';
import type { Axis } from '../src/metrics/table/axis.ts';
import { builder } from './builder.ts';
import { DerivationInput, type DerivationShape, derivationOf, MOST_DERIVED } from './derivation.ts';

const DownsampleModeEnum = builder.enumType('DownsampleMode', {
  description: 'How rows or points are chosen. The first and the last are always among them.',
  values: {
    SHARED: {
      value: 'shared',
      description: 'The same rows for all series, aligned by one `x`, as charts take them (Joint LTTB).',
    },
    PER_SERIES: {
      value: 'perSeries',
      description: 'For each series its own points, with an `x` of its own (LTTB; labels evenly spread).',
    },
  } as const,
});

const DownsampleInput = builder.inputType('Downsample', {
  description: 'Thins what is drawn, so that peaks and valleys stay.',
  fields: (t) => ({
    points: t.int({
      required: true,
      description: `How many rows (SHARED), or points of each series (PER_SERIES), are left where there are more: ${FEWEST_POINTS} to ${MOST_POINTS}.`,
      validate: z
        .int()
        .min(FEWEST_POINTS, { error: ({ input }) => `${String(input)} is less than ${FEWEST_POINTS}` })
        .max(MOST_POINTS, { error: ({ input }) => `${String(input)} is greater than ${MOST_POINTS}` }),
    }),
    mode: t.field({
      type: DownsampleModeEnum,
      required: true,
      defaultValue: 'shared',
      description: 'Whether series are sampled together, or each by itself.',
    }),
  }),
});

const RangeInput = builder.inputType('Range', {
  description: 'A part of the axis, both ends included: in steps, or in seconds as in `x`.',
  fields: (t) => ({
    from: t.float({ description: 'Where it begins; with the first row where absent.' }),
    to: t.float({ description: 'Where it ends; with the last row where absent.' }),
  }),
  validate: z.object({ from: z.number().nullish(), to: z.number().nullish() }).superRefine(({ from, to }, context) => {
    if (from != null && to != null && from > to) context.addIssue(`from ${from} is greater than to ${to}`);
  }),
});

/** The arguments by which metrics are selected. */
export function metricArguments() {
  return builder.args((t) => ({
    columns: t.stringList({
      description:
        'The names of the columns, as logged; all where absent. Those that the run does not have go to `missingColumns`.',
    }),
    range: t.field({
      type: RangeInput,
      description: 'Which rows, before they are sampled: zooming in brings back detail. All where absent.',
    }),
    downsample: t.field({ type: DownsampleInput, description: 'How rows are thinned; not at all where absent.' }),
    derived: t.field({
      type: [DerivationInput],
      description: `Further series, worked out from columns before they are sampled: smoothed, over a window, or change a second. At most ${MOST_DERIVED}.`,
      validate: z
        .array(z.custom<DerivationShape>())
        .max(MOST_DERIVED, { error: `more than ${MOST_DERIVED} are asked for` }),
    }),
  }));
}

export interface MetricArguments {
  readonly columns?: readonly string[] | null | undefined;
  readonly range?: { from?: number | null | undefined; to?: number | null | undefined } | null | undefined;
  readonly derived?: readonly DerivationShape[] | null | undefined;
  readonly downsample?: { points: number; mode: FrameRequest['mode'] } | null | undefined;
}

export function frameRequest(axis: Axis, { columns, derived, range, downsample }: MetricArguments): FrameRequest {
  return {
    axis,
    columns: columns ?? null,
    derived: (derived ?? []).map(derivationOf),
    range: { from: range?.from ?? Number.NEGATIVE_INFINITY, to: range?.to ?? Number.POSITIVE_INFINITY },
    points: downsample?.points ?? null,
    mode: downsample?.mode ?? 'shared',
  };
}
