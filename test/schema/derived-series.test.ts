import { describe, expect, it } from 'vitest';
import { logged } from '../conformance/fixture.ts';
import { metricsEvent, START } from '../support/storage.ts';
import { useFrames } from './frames.ts';

const { serve, byStep, byTime, refusal } = useFrames();

/** A run of the steps 1 to `steps`, one a second. */
async function serveSteps(steps: number, cellsOf: (step: number) => object): Promise<string> {
  const events = Array.from({ length: steps }, (_, i) => metricsEvent(i + 1, cellsOf(i + 1)));
  return (await serve({ events })).id;
}

/** A run of one metric, one value a step and a second, each as its text in the file. */
async function serveValues(...values: string[]): Promise<string> {
  const lines = values.map((value, i) => logged(`{"global_step": ${i + 1}, "v": ${value}}`, String(START + i)));
  return (await serve({ events: lines.join('') })).id;
}

describe('a derived series', () => {
  it('stands behind what is selected, with the name that it is given, or one that says what it is', async () => {
    const run = await serveSteps(3, (step) => ({ a: step, b: -step }));
    const { series } = await byStep(run, {
      columns: ['b', 'a'],
      derived: [
        { ema: { column: 'a', weight: 0.6 } },
        { rolling: { column: 'a', statistic: 'MAX', rows: 3 } },
        { rate: { column: 'b' } },
        { rate: { column: 'b', rows: 50 } },
        { ema: { column: 'time', weight: 0, as: 'clock' } },
      ],
    });
    expect(series.map(({ name, derivedFrom }) => [name, derivedFrom])).toEqual([
      ['b', null],
      ['a', null],
      ['ema(a, 0.6)', 'a'],
      ['rolling_max(a, 3)', 'a'],
      ['rate(b)', 'b'],
      ['rate(b, 50)', 'b'],
      ['clock', 'time'],
    ]);
  });

  it('is what its formula says', async () => {
    const run = await serveValues('1', '3', '2', '6');
    const { series } = await byStep(run, {
      columns: [],
      derived: [
        // Powers of two: no rounding up to here.
        { ema: { column: 'v', weight: 0.5 } },
        { rolling: { column: 'v', statistic: 'MIN', rows: 2 } },
        { rolling: { column: 'v', statistic: 'MAX', rows: 2 } },
        { rolling: { column: 'v', statistic: 'MEAN', rows: 2 } },
        { rate: { column: 'v' } },
        { rate: { column: 'v', rows: 2 } },
      ],
    });
    const ema = [1, (1 + 2 * 3) / 3, (1 + 2 * 3 + 4 * 2) / 7, (1 + 2 * 3 + 4 * 2 + 8 * 6) / 15];
    expect(series[0].values).toEqual(ema.map((value) => expect.closeTo(value, 14)));
    expect(series.slice(1).map(({ values }) => values)).toEqual([
      [1, 1, 2, 2],
      [1, 3, 3, 6],
      [1, 2, 2.5, 4],
      [null, 2, -1, 4],
      [null, 2, 0.5, 1.5],
    ]);
  });

  it('may be all that is asked for: rows without one are left out', async () => {
    const run = await serveSteps(6, (step) => (step % 2 === 0 ? { a: step } : { b: step }));
    const derived = [{ rate: { column: 'a' } }];
    expect(await byStep(run, { columns: [], derived })).toMatchObject({
      x: [4, 6],
      series: [{ name: 'rate(a)', values: [1, 1], missingCount: 0 }],
      rowCount: 2,
      totalCount: 2,
    });
    expect(await byTime(run, { columns: ['a'], derived })).toMatchObject({
      x: [1, 3, 5],
      series: [{ name: 'a' }, { name: 'rate(a)', values: [null, 1, 1], missingCount: 1 }],
      totalCount: 3,
    });
  });

  it('shows what was logged that is not finite, and goes on behind it as if it had not been', async () => {
    const run = await serveValues('1', 'NaN', '"x"', '3', 'null', 'Infinity', '-Infinity', '5');
    const frame = await byStep(run, {
      columns: [],
      derived: [
        { ema: { column: 'v', weight: 0 } },
        { rolling: { column: 'v', statistic: 'MEAN', rows: 2 } },
        { rate: { column: 'v' } },
      ],
    });
    expect(frame.x).toEqual([1, 2, 4, 6, 7, 8]);
    const nonFinite = [
      { x: 2, value: 'NAN' },
      { x: 6, value: 'POSITIVE_INFINITY' },
      { x: 7, value: 'NEGATIVE_INFINITY' },
    ];
    expect(frame.series).toMatchObject([
      { values: [1, null, 3, null, null, 5], missingCount: 0, nonFinite },
      { values: [1, null, 2, null, null, 4], missingCount: 0, nonFinite },
      { values: [null, null, 2 / 3, null, null, 0.5], missingCount: 1, nonFinite },
    ]);
  });

  it('has no points where its column has no numbers', async () => {
    const run = await serveSteps(2, () => ({ stage: 'train' }));
    const derived = [{ ema: { column: 'stage', weight: 0.5 } }];
    expect(await byStep(run, { columns: ['stage'], derived })).toMatchObject({
      series: [{ name: 'ema(stage, 0.5)', values: [null, null], missingCount: 2 }],
      labels: [{ name: 'stage' }],
      missingColumns: [],
    });
  });

  it('of what the run does not have is not there, and its column is missing, once', async () => {
    const run = await serveSteps(2, (step) => ({ a: step }));
    const frame = await byTime(run, {
      columns: ['y', 'a'],
      derived: [
        { ema: { column: 'z', weight: 0.5 } },
        { rate: { column: 'time' } },
        { rate: { column: 'y' } },
        { rolling: { column: 'z', statistic: 'MIN', rows: 2 } },
      ],
    });
    expect(frame.series.map(({ name }) => name)).toEqual(['a']);
    expect(frame.missingColumns).toEqual(['y', 'z', 'time']);
  });

  it('is another one by another formula', async () => {
    const run = await serveValues('0', '1');
    const last = async (weight: number) => {
      const { series } = await byStep(run, { columns: [], derived: [{ ema: { column: 'v', weight, as: 'smooth' } }] });
      return series[0].values[1];
    };
    expect([await last(0), await last(0.25)]).toEqual([1, 0.8]);
  });

  it('has a say in which rows are kept for all', async () => {
    // A straight line of tokens, of which one took long: only the rate shows it.
    const late = (step: number) => START + step + (step >= 500 ? 60 : 0);
    const events = Array.from({ length: 1000 }, (_, step) => metricsEvent(step, { tokens: 64 * step }, late(step)));
    const { id } = await serve({ events });
    const selection = { columns: ['tokens'], derived: [{ rate: { column: 'tokens' } }] };
    const shared = await byStep(id, { ...selection, downsample: { points: 100 } });
    expect(shared.series.map(({ x }) => x)).toEqual([shared.x, shared.x]);
    const alone = await byStep(id, { ...selection, downsample: { points: 100, mode: 'PER_SERIES' } });
    for (const { x, values } of [shared.series[1], alone.series[1]]) {
      expect(x).toHaveLength(100);
      expect(values[x.indexOf(500)]).toBe(64 / 61);
    }
    expect(alone.series.map(({ x }) => x[0])).toEqual([0, 1]);
  });
});

describe('a rate', () => {
  it('is against the time of the latest event of each step, and none where that did not go on', async () => {
    const at = (step: number, seconds: number, cells: object) => metricsEvent(step, cells, START + seconds);
    const { id } = await serve({
      events: [
        at(1, 0, { tokens: 100 }),
        at(2, 2, { tokens: 200 }),
        at(3, 4, { tokens: 300 }),
        at(4, 6, { tokens: 400 }),
        // Evaluated for 2 seconds; then resumed from step 2.
        at(4, 8, { val: 1 }),
        at(2, 20, { tokens: 210 }),
        at(3, 22, { tokens: 310 }),
      ],
    });
    const derived = [{ rate: { column: 'tokens' } }];
    expect(await byStep(id, { columns: ['tokens'], derived })).toMatchObject({
      x: [1, 2, 3, 4],
      series: [{ values: [100, 210, 310, 400] }, { values: [null, 110 / 20, 50, null] }],
    });
    expect(await byTime(id, { columns: [], derived })).toMatchObject({
      x: [2, 4, 6, 20, 22],
      series: [{ values: [50, 50, 50, -190 / 14, 50] }],
    });
  });

  it('passes over steps whose time is not known', async () => {
    const line = (step: number, ts: string | null) => logged(`{"step": ${step}, "v": ${10 * step}}`, ts);
    const events = [line(1, '100'), line(2, null), line(3, '104')].join('');
    const { id } = await serve({ events });
    expect(await byStep(id, { columns: ['v'], derived: [{ rate: { column: 'v' } }] })).toMatchObject({
      series: [{ values: [10, 20, 30] }, { values: [null, null, 5], missingCount: 2 }],
    });
  });

  it('of global_step is steps a second, on both axes', async () => {
    const events = [0, 4, 5, 6].map((seconds, i) => metricsEvent(10 * i, { loss: i }, START + seconds));
    const { id } = await serve({ events: [...events, { ts: START + 7, type: 'metrics', data: { loss: 4 } }] });
    const derived = [{ rate: { column: 'global_step', as: 'steps/s' } }];
    const series = [{ name: 'loss' }, { name: 'steps/s', derivedFrom: 'global_step' }];
    const step = await byStep(id, { columns: ['loss'], derived });
    expect(step).toMatchObject({ missingColumns: [], series });
    expect(step.series[1].values).toEqual([null, 2.5, 10, 10]);
    const time = await byTime(id, { columns: ['loss'], derived });
    expect(time).toMatchObject({ missingColumns: [], series });
    expect(time.series[1].values).toEqual([null, 2.5, 10, 10, null]);
  });

  it('of global_step is missing where the run has no steps', async () => {
    const { id } = await serve({ events: logged('{"loss": 1}') });
    expect(await byTime(id, { derived: [{ rate: { column: 'global_step' } }] })).toMatchObject({
      series: [{ name: 'loss' }],
      missingColumns: ['global_step'],
    });
  });
});

describe('a derivation is refused', () => {
  const ema = (weight: number, as?: string) => ({
    ema: { column: 'loss', weight, ...(as === undefined ? {} : { as }) },
  });

  it.each([
    [
      'without a window',
      { rolling: { column: 'loss', statistic: 'MIN', rows: 0 } },
      'derived.0.rolling.rows: 0 is less than 1',
    ],
    ['that looks forward', { rate: { column: 'loss', rows: -1 } }, 'derived.0.rate.rows: -1 is less than 1'],
    ['of a weight below 0', ema(-0.5), 'derived.0.ema.weight: -0.5 is less than 0'],
    ['of a weight that leaves nothing to the values', ema(1), 'derived.0.ema.weight: 1 is not less than 1'],
  ] as const)('%s', async (_what, derivation, message) => {
    expect(await refusal({ derived: [derivation] })).toEqual([`BAD_USER_INPUT ${message}`]);
  });

  it('beyond sixteen', async () => {
    const derived = Array.from({ length: 17 }, (_, i) => ema(i / 17));
    expect(await refusal({ derived })).toEqual(['BAD_USER_INPUT derived: more than 16 are asked for']);
  });

  it('with the name of another one, or of a selected column, logged or not', async () => {
    expect(await refusal({ columns: [], derived: [ema(0.5), ema(0.6), ema(0.5)] })).toEqual([
      "BAD_USER_INPUT derived.2: 'ema(loss, 0.5)' is the name of derived.0; 'as' gives another",
    ]);
    expect(await refusal({ columns: ['loss'], derived: [ema(0.5, 'loss')] })).toEqual([
      "BAD_USER_INPUT derived.0: 'loss' is the name of a column that is selected too; 'as' gives another",
    ]);
  });

  it('with the name of any column where all are selected', async () => {
    const run = await serveSteps(1, () => ({ loss: 1 }));
    await expect(byStep(run, { derived: [ema(0.5, 'loss')] })).rejects.toThrow(
      "derived.0: 'loss' is the name of a column",
    );
    const { series } = await byStep(run, { columns: [], derived: [ema(0.5, 'loss')] });
    expect(series).toMatchObject([{ name: 'loss', derivedFrom: 'loss', values: [1] }]);
  });

  it('that is several at once', async () => {
    const both = { ...ema(0.5), rate: { column: 'loss' } };
    // @ts-expect-error: nor does it compile.
    const [reason] = await refusal({ derived: [both] });
    expect(reason).toContain('Exactly one key must be specified for OneOf type "Derivation"');
  });
});
