import { expect, it } from 'vitest';
import { pointsOf } from '../../../../web/charts/data/curve-request.ts';

it('asks for fewer points of each curve where there are many, and seldom for another number of them', () => {
  expect([1, 5, 10].map(pointsOf)).toEqual([2000, 2000, 2000]);
  expect([11, 20].map(pointsOf)).toEqual([1000, 1000]);
  expect([21, 40, 100].map(pointsOf)).toEqual([500, 500, 500]);
});
