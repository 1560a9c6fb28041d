import { expect, it } from 'vitest';
import { valueAt } from '../../src/runs/nested-value.ts';

it.each<[object | null, string, unknown]>([
  [{ lr: 0.1 }, 'lr', 0.1],
  [{ optimizer: { adam: { lr: 0.1 } } }, 'optimizer.adam.lr', 0.1],
  [{ 'optimizer.adam': { lr: 0.1 } }, 'optimizer.adam.lr', 0.1],
  [{ optimizer: { 'adam.lr': 0.1 }, 'optimizer.adam': {} }, 'optimizer.adam.lr', 0.1],
  [{ optimizer: { lr: null } }, 'optimizer.lr', null],
  [{ '': { '': 1 } }, '.', 1],
  [{ optimizer: { lr: 0.1 } }, 'optimizer', undefined],
  [{ optimizer: [{ lr: 0.1 }] }, 'optimizer.0.lr', undefined],
  [{ lr: 0.1 }, 'toString', undefined],
  [{ lr: 0.1 }, '__proto__.toString', undefined],
  [null, 'lr', undefined],
])('of %j, %s is %j', (values, name, value) => {
  expect(valueAt(values, name)).toEqual(value);
});
