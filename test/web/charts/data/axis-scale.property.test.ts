import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockScale, epochScale } from '../../../../web/charts/data/axis-scale.ts';

/** Whole epochs, and fractions of them that are told apart exactly. */
const loggedEpoch = fc.oneof(
  fc.nat(30),
  fc.nat(30 * 64).map((parts) => parts / 64),
);

/** Steps with the epochs that were logged there: some none, some lower than before. */
const logged = fc
  .uniqueArray(fc.tuple(fc.nat(100_000), fc.option(loggedEpoch)), {
    minLength: 1,
    maxLength: 60,
    selector: ([step]) => step,
  })
  .map((rows) => rows.toSorted(([a], [b]) => a - b))
  .filter((rows) => rows.some(([, at]) => at !== null));

const range = fc
  .tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0.001, max: 30, noNaN: true }))
  .map(([from, width]) => ({ from, to: from + width }));

function scaleOf(rows: readonly [number, number | null][]) {
  const scale = epochScale(
    rows.map(([step]) => step),
    rows.map(([, epoch]) => epoch),
  );
  if (!scale) throw new Error('no epoch was logged');
  return scale;
}

describe('the epoch axis', () => {
  it('has steps in their order', () => {
    fc.assert(
      fc.property(logged, fc.integer(), fc.integer(), (rows, a, b) => {
        const { toChart } = scaleOf(rows);
        expect(toChart(Math.min(a, b))).toBeLessThanOrEqual(toChart(Math.max(a, b)));
      }),
    );
  });

  it('has an epoch begin at the first step that logs it, unless a later one was logged before', () => {
    fc.assert(
      fc.property(logged, (rows) => {
        const { toChart } = scaleOf(rows);
        let highest = Number.NEGATIVE_INFINITY;
        for (const [step, epoch] of rows) {
          if (epoch === null || epoch <= highest) continue;
          highest = epoch;
          expect(toChart(step)).toBe(epoch);
        }
      }),
    );
  });

  it('finds the steps of a range of epochs', () => {
    fc.assert(
      fc.property(logged, range, (rows, epochs) => {
        const scale = scaleOf(rows);
        const steps = scale.toRun(epochs);
        expect(steps.from).toBeLessThanOrEqual(steps.to);
        expect(scale.toChart(steps.from)).toBeCloseTo(epochs.from, 6);
        expect(scale.toChart(steps.to)).toBeCloseTo(epochs.to, 6);
      }),
    );
  });

  it('spreads whole epochs over their steps, be they logged with every step or once', () => {
    const steps = [0, 1, 2, 3, 4, 5];
    const places = [0, 0.5, 1, 1.5, 2, 2.5];
    const everywhere = epochScale(steps, [0, 0, 1, 1, 2, 2]);
    const once = epochScale(steps, [0, null, 1, null, 2, null]);
    expect(steps.map((step) => everywhere?.toChart(step))).toEqual(places);
    expect(steps.map((step) => once?.toChart(step))).toEqual(places);
  });

  it('goes on as before in front of the first epoch and behind the last', () => {
    const scale = epochScale([100, 200], [1, 2]);
    expect([0, 50, 250, 300].map((step) => scale?.toChart(step))).toEqual([0, 0.5, 2.5, 3]);
  });

  it('fills the first epoch with what there is of it', () => {
    const scale = epochScale([10, 11, 12, 13], [0, 0, 0, 0]);
    expect([10, 12, 13].map((step) => scale?.toChart(step))).toEqual([0, 0.5, 0.75]);
  });

  it('is none where no epoch was logged', () => {
    expect(epochScale([], [])).toBeNull();
    expect(epochScale([1, 2], [null, null])).toBeNull();
  });
});

describe('the clock axis', () => {
  it('has seconds at the moment that they are', () => {
    const scale = clockScale(1_704_067_200);
    expect(scale.toChart(0.5)).toBe(1_704_067_200.5);
    expect(scale.toRun({ from: 1_704_067_201, to: 1_704_067_260 })).toEqual({ from: 1, to: 60 });
  });
});
