import { expect, it } from 'vitest';
import { type Cost, greaterCost } from '../../src/metrics/cache-counts.ts';

it.each<[Cost | undefined, Cost, Cost]>([
  [undefined, 'hit', 'hit'],
  ['hit', 'incremental', 'incremental'],
  ['incremental', 'hit', 'incremental'],
  ['incremental', 'miss', 'miss'],
  ['miss', 'incremental', 'miss'],
  ['miss', 'hit', 'miss'],
])('of what costs %s and %s the greater cost is %s', (one, other, greater) => {
  expect(greaterCost(one, other)).toBe(greater);
});
