import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keysOf, valueAt } from '../../../web/runs/nested-values.ts';

it('values within others are named by dots', () => {
  const values = { lr: 0.1, optimizer: { name: 'sgd', betas: [0.9, 0.99], options: {} }, seed: null };
  expect(keysOf(values)).toEqual(['lr', 'optimizer.name', 'optimizer.betas', 'optimizer.options', 'seed']);
  expect(valueAt(values, 'optimizer.betas')).toEqual([0.9, 0.99]);
  expect(valueAt(values, 'seed')).toBeNull();
  expect(valueAt(values, 'optimizer.momentum')).toBeUndefined();
});

it('what is no object has no names, and names of every object mean nothing', () => {
  for (const values of [null, undefined, 7, 'text', [1, 2]]) {
    expect(keysOf(values)).toEqual([]);
    expect(valueAt(values, 'length')).toBeUndefined();
  }
  expect(valueAt({}, 'constructor.name')).toBeUndefined();
});

it('names with dots in them are found', () => {
  const values = { 'a.b': { 'c.d': 1, c: { e: 2 } }, a: { b: { f: 3 } } };
  expect(keysOf(values).map((key) => valueAt(values, key))).toEqual([1, 2, 3]);
});

it('every name leads to a value that holds no others, whatever the names', () => {
  const names = fc.stringMatching(/^[ab.]{0,3}$/);
  const { values } = fc.letrec((tie) => ({
    values: fc.dictionary(names, fc.oneof({ depthSize: 'small' }, fc.integer(), tie('values')), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(values, (each) => {
      const found = keysOf(each).map((key) => valueAt(each, key));
      expect(found.filter((value) => value === undefined || keysOf(value).length > 0)).toEqual([]);
    }),
  );
});
