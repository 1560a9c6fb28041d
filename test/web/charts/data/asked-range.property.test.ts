import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askedRange } from '../../../../web/charts/data/asked-range.ts';

const range = fc
  .tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 0.01, max: 1e9, noNaN: true }))
  .map(([from, width]) => ({ from, to: from + width }));

it('holds a quarter of the visible width and more on either side, and three widths at most', () => {
  fc.assert(
    fc.property(range, (visible) => {
      const width = visible.to - visible.from;
      const asked = askedRange(visible, 0);
      expect(visible.from - asked.from).toBeGreaterThanOrEqual(width / 4 - 1e-6);
      expect(asked.to - visible.to).toBeGreaterThanOrEqual(width / 4 - 1e-6);
      expect(asked.to - asked.from).toBeLessThanOrEqual(3 * width + 1e-6);
    }),
  );
});

it('holds the rows next to the visible part, however far apart they are', () => {
  fc.assert(
    fc.property(range, fc.double({ min: 0.01, max: 1e6, noNaN: true }), (visible, spacing) => {
      const asked = askedRange(visible, spacing);
      expect(visible.from - asked.from).toBeGreaterThanOrEqual(spacing);
      expect(asked.to - visible.to).toBeGreaterThanOrEqual(spacing);
    }),
  );
});

it('is the same while the visible part moves by little', () => {
  const asked = Array.from({ length: 100 }, (_, move) => askedRange({ from: 1000 + move, to: 2000 + move }, 0));
  expect(new Set(asked.map((each) => JSON.stringify(each))).size).toBeLessThanOrEqual(3);
});
