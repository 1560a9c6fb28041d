import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../../web/charts/data/curve.ts';
import { outliersOf } from '../../../../web/charts/plot/outliers.ts';
import type { PlotLayout } from '../../../../web/charts/plot/plot-layout.ts';
import { pointsOutside } from '../../../../web/charts/plot/points-outside.ts';

function spanOf(values: readonly number[]) {
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** From the lowest to the highest value that is no outlier. */
function spanWithoutOutliers(curves: readonly (readonly number[])[], isLog: boolean) {
  const isOutlier = outliersOf(curves, isLog);
  return spanOf(curves.flat().filter((each) => !isOutlier(each)));
}

/** The values of a run at so many steps. */
function valuesOf(steps: number, at: (step: number) => number): readonly number[] {
  return Array.from({ length: steps }, (_, index) => at(index + 1));
}

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
/** Mostly alike. */
const positive = fc.oneof(
  { weight: 30, arbitrary: fc.double({ min: 1, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: 1e-6, max: 1e6, noNaN: true }) },
);
const curvesOf = (values: fc.Arbitrary<number>) =>
  fc.array(fc.array(values, { minLength: 1, maxLength: 300, size: 'max' }), { minLength: 1, maxLength: 4 });

describe('a scale without outliers', () => {
  it('shows about half of each curve, and nearly all of it if logarithmic', () => {
    const shown = (curve: readonly number[], { low, high }: ReturnType<typeof spanOf>) =>
      curve.filter((each) => each >= low && each <= high).length / curve.length;
    fc.assert(
      fc.property(curvesOf(value), (curves) => {
        const span = spanWithoutOutliers(curves, false);
        for (const curve of curves) expect(shown(curve, span)).toBeGreaterThanOrEqual(0.48);
      }),
    );
    fc.assert(
      fc.property(curvesOf(positive), (curves) => {
        const span = spanWithoutOutliers(curves, true);
        for (const curve of curves) expect(shown(curve, span)).toBeGreaterThanOrEqual(0.98);
      }),
    );
  });

  it('is the same however high the spikes are, and whatever the values are measured in', () => {
    const usual = fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 198, maxLength: 400, size: 'max' });
    const spikes = fc.array(fc.double({ min: 1e3, max: 1e300, noNaN: true }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(usual, spikes, fc.boolean(), (values, high, isLog) => {
        const span = spanWithoutOutliers([[...values, ...high]], isLog);
        expect(span).toEqual(spanWithoutOutliers([[...values, 1e5, 1e5]], isLog));
        expect(span.high).toBeLessThanOrEqual(2);
      }),
    );
    fc.assert(
      fc.property(curvesOf(value), (curves) => {
        const { low, high } = spanWithoutOutliers(curves, false);
        const inOtherUnits = curves.map((curve) => curve.map((each) => -4 * each));
        expect(spanWithoutOutliers(inOtherUnits, false)).toEqual({ low: -4 * high, high: -4 * low });
      }),
    );
  });

  it('follows neither a run that diverges, even for long, nor a spike of a high level', () => {
    const good = valuesOf(1000, (step) => 0.3 + 2 / step);
    const diverging = valuesOf(1000, (step) => (step < 600 ? 0.4 : 0.4 * 1.05 ** (step - 600)));
    expect(spanWithoutOutliers([good, diverging], false).high).toBeLessThan(3);
    const level = valuesOf(500, (step) => (step === 77 ? 2e6 : 1000 + (step % 3)));
    expect(spanWithoutOutliers([level], false)).toEqual({ low: 1000, high: 1002 });
  });

  it('leaves out a steep start only where it flattens the rest', () => {
    const untouched = [
      valuesOf(2000, (step) => 3 + 7.8 * Math.exp(-step / 200)),
      // A learning rate with warm-up, an accuracy that is soon high, and a reward on both sides of 0.
      valuesOf(1000, (step) => Math.min(step / 100, 1) * 3e-4),
      valuesOf(1000, (step) => 0.95 - 0.85 * Math.exp(-step / 50)),
      valuesOf(1000, (step) => Math.sin(step)),
      valuesOf(1000, () => 7),
    ];
    for (const values of untouched) expect(spanWithoutOutliers([values], false)).toEqual(spanOf(values));
    const steep = valuesOf(1000, (step) => (step <= 10 ? 11 - step : 0.1 + step / 1e5));
    expect(spanWithoutOutliers([steep], false).high).toBeLessThan(0.2);
    expect(spanWithoutOutliers([steep], true).high).toBeLessThan(0.2);
  });

  it('shows a curve of few points beside one of many, and values that mostly are 0', () => {
    const many = valuesOf(2000, (step) => 1 + (step % 2));
    expect(spanWithoutOutliers([many, [50, 60, 55]], false)).toEqual({ low: 1, high: 60 });
    expect(spanWithoutOutliers([valuesOf(100, (step) => Number(step % 5 === 0))], false)).toEqual({ low: 0, high: 1 });
    expect(spanWithoutOutliers([[], [5]], false)).toEqual({ low: 5, high: 5 });
  });
});

describe('points outside of a plot', () => {
  const curve: Curve = {
    runId: 'a',
    slot: 0,
    x: [0, 1, 2, 3, 4, 5],
    values: [1e6, 90, 5, null, -3, 80],
    smoothed: null,
    nonFinite: [],
    nonFiniteCount: 0,
    isWhole: true,
  };
  const layout: PlotLayout = {
    left: 0,
    top: 0,
    width: 100,
    height: 100,
    x: { from: 1, to: 5 },
    y: { from: 1, to: 10 },
    isLog: false,
  };

  it('are counted above and below, with how far out they are', () => {
    expect(pointsOutside([curve, curve], layout)).toEqual({
      above: { count: 4, furthest: 90 },
      below: { count: 2, furthest: -3 },
    });
  });

  it('are one where the raw and the smooth value lie outside, and where only one of them does', () => {
    const smoothed = [1e6, 95, 20, null, 2, 9];
    expect(pointsOutside([{ ...curve, smoothed }], layout).above).toEqual({ count: 3, furthest: 95 });
  });

  it('are none that a logarithmic scale has no place for', () => {
    expect(pointsOutside([curve], { ...layout, isLog: true }).below).toBeNull();
  });
});
