import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowHeights } from '../../../web/ui/row-heights.ts';

const LEAST = 20;
/** Rows that are measured together, some of them several times. */
const measurements = fc.array(
  fc.record({
    first: fc.integer({ min: 0, max: 3000 }),
    heights: fc.array(fc.integer({ min: LEAST, max: 500 }), { maxLength: 40 }),
  }),
  { maxLength: 30 },
);

/** The same rows, one by one. */
function naive(all: typeof measurements extends fc.Arbitrary<infer Value> ? Value : never): Map<number, number> {
  return new Map(all.flatMap(({ first, heights }) => heights.map((height, i) => [first + i, height] as const)));
}

it('rows are where the heights of all before them lead to, measured or not', () => {
  fc.assert(
    fc.property(measurements, fc.integer({ min: 0, max: 4000 }), (all, row) => {
      const heights = new RowHeights(LEAST);
      for (const each of all) heights.measured(each.first, each.heights);
      const known = naive(all);
      let offset = 0;
      for (let before = 0; before < row; before++) offset += known.get(before) ?? LEAST;
      expect(heights.offsetOf(row)).toBe(offset);
      expect(heights.heightOf(row)).toBe(known.get(row) ?? LEAST);
      expect(heights.isMeasured(row)).toBe(known.has(row));
      expect(heights.rowAt(offset)).toBe(row);
      expect(heights.rowAt(offset + heights.heightOf(row) - 1)).toBe(row);
    }),
  );
});

it('rows change only if one is as high as was not known, and all are to be measured again when they are forgotten', () => {
  const heights = new RowHeights(LEAST);
  expect(heights.measured(5, [20, 60])).toBe(true);
  expect(heights.measured(5, [20, 60])).toBe(false);
  expect(heights.measured(6, [40])).toBe(true);
  expect(heights.offsetOf(10)).toBe(220);
  heights.forget();
  expect(heights.offsetOf(10)).toBe(200);
  expect(heights.isMeasured(5)).toBe(false);
});

it('rows of ten million lines are found as fast as those of a short log', () => {
  const heights = new RowHeights(LEAST);
  heights.measured(
    9_999_990,
    Array.from({ length: 10 }, () => 100),
  );
  expect(heights.offsetOf(10_000_000)).toBe(10_000_000 * LEAST + 800);
  expect(heights.rowAt(10_000_000 * LEAST + 799)).toBe(9_999_999);
});
