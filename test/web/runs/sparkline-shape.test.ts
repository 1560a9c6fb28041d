import { expect, it } from 'vitest';
import { type SparklineSeries, sparklineShape } from '../../../web/runs/sparkline-shape.ts';

function shapeOf(values: readonly (number | null)[], nonFinite: SparklineSeries['nonFinite'] = []) {
  return sparklineShape({ x: values.map((_, index) => index), values, nonFinite }, 100, 20);
}

it('a curve fills its box, the highest value at the top', () => {
  expect(shapeOf([0, 10, 5])).toEqual({ line: 'M0 20h0L50 0L100 10', marks: [] });
});

it('a flat curve, or a single value, is in the middle', () => {
  expect(shapeOf([3, 3]).line).toBe('M0 10h0L100 10');
  expect(shapeOf([3]).line).toBe('M50 10h0');
});

it('where it was not finite there is a gap and a mark', () => {
  const shape = shapeOf([1, 2, null, 1, 2], [{ x: 2, value: 'NAN' }]);
  expect(shape).toEqual({ line: 'M0 20h0L25 0M75 20h0L100 0', marks: [50] });
});

it('marks that would lie on each other are one', () => {
  const nonFinite = Array.from({ length: 1000 }, (_, x) => ({ x, value: 'POSITIVE_INFINITY' as const }));
  const { marks } = sparklineShape({ x: [], values: [], nonFinite }, 100, 20);
  expect(marks).toEqual(Array.from({ length: 26 }, (_, index) => 4 * index));
});

it('a curve of nothing, and one beyond the range of doubles, are drawn too', () => {
  expect(shapeOf([])).toEqual({ line: '', marks: [] });
  expect(shapeOf([-Number.MAX_VALUE, Number.MAX_VALUE, 0]).line).toBe('M0 20h0L50 0L100 10');
});
