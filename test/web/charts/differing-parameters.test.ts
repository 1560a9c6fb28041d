import { expect, it } from 'vitest';
import { differencesOf } from '../../../web/charts/differing-parameters.ts';

it('runs are told apart by the hyperparameters in which they differ, nested ones by their path', () => {
  const configs = [
    { seed: 1, lr: 0.1, optimizer: { name: 'sgd', steps: 5 } },
    { seed: 1, lr: 0.30000000000000004, optimizer: { name: 'adam', steps: 5 } },
  ];
  expect(differencesOf(configs)).toEqual(['lr=0.1 optimizer.name=sgd', 'lr=0.3 optimizer.name=adam']);
});

it('at most three are told, and that there are more', () => {
  const letters = (value: number) => ({ a: value, b: value, c: value, d: value });
  expect(differencesOf([letters(1), letters(2)])).toEqual(['a=1 b=1 c=1 …', 'a=2 b=2 c=2 …']);
});

it('of a run are told only those that it has', () => {
  expect(differencesOf([{ lr: 0.1 }, null, { layers: [1, 2] }])).toEqual(['lr=0.1', '', 'layers=[1,2]']);
});

it('nothing tells a run from others like it, nor a single one', () => {
  expect(differencesOf([{ lr: 0.1 }, { lr: 0.1 }])).toEqual(['', '']);
  expect(differencesOf([{ lr: 0.1 }])).toEqual(['']);
  expect(differencesOf([])).toEqual([]);
});
