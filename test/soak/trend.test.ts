import { expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { isGrowing, trendOf } from './trend.ts';

const samplesOf = (valueAt: (at: number) => number) =>
  Array.from({ length: 90 }, (_, i) => ({ at: 10 * i, value: valueAt(10 * i) }));

it('a line is its own trend, without noise', () => {
  const trend = trendOf(samplesOf((at) => 100 + at / 10));
  expect(trend.growth).toBeCloseTo(89);
  expect(trend.uncertainty).toBeCloseTo(0);
  expect([trend.firstThird, trend.lastThird]).toEqual([114.5, 174.5]);
});

it.each([
  ['that leaks a tenth', (noise: number, at: number) => 100 + at / 89 + noise, true],
  ['that wavers', (noise: number) => 100 + 30 * noise, false],
  ['that rises by less than it may', (noise: number, at: number) => 100 + at / 400 + noise, false],
  ['that falls', (noise: number, at: number) => 100 - at / 89 + noise, false],
])('memory %s: growing is %#', (_what, valueAt, grows) => {
  const random = new Random(1);
  expect(isGrowing(trendOf(samplesOf((at) => valueAt(random.fraction() - 0.5, at))))).toBe(grows);
});
