import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stableOrder } from '../../../src/metrics/rows/stable-order.ts';

it('orders ascending keys and equal ones as given, and leaves out what has no key', () => {
  const key = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
      const expected = keys
        .map((value, index) => ({ value, index }))
        .filter(({ value }) => !Number.isNaN(value))
        .toSorted((a, b) => a.value - b.value)
        .map(({ index }) => index);
      expect([...stableOrder(Float64Array.from(keys))]).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});
