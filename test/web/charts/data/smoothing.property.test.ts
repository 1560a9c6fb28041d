import fc from 'fast-check';
import { expect, it } from 'vitest';
import { continueSmoothing } from '../../../../web/charts/data/smoothing.ts';

/** As docs/metrics.md has it. */
function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let [sum, count] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    count++;
    return sum / (1 - weight ** count);
  });
}

const values = fc.array(fc.option(fc.double({ min: -1000, max: 1000, noNaN: true }), { freq: 5 }), { maxLength: 50 });
const weight = fc.double({ min: 0.01, max: 0.99, noNaN: true });

it('goes on as the gateway will, from any place', () => {
  fc.assert(
    fc.property(values, weight, fc.nat(50), (all, by, place) => {
      const whole = smooth(all, by);
      const count = all.slice(0, place).filter((value) => value !== null).length;
      fc.pre(count > 0);
      const told = whole.map((value, index) => (index < place ? value : null));
      const continued = continueSmoothing(all, told, by, count);
      expect(continued.map((value) => value === null)).toEqual(whole.map((value) => value === null));
      for (const [index, value] of whole.entries()) expect(continued[index] ?? 0).toBeCloseTo(value ?? 0, 6);
    }),
  );
});

it('has nothing to go on from where nothing was told', () => {
  expect(continueSmoothing([1, 2], [null, null], 0.6, 0)).toEqual([null, null]);
});
