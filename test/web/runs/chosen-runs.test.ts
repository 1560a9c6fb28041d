import { expect, it } from 'vitest';
import { chooseRuns, MOST_CHOSEN } from '../../../web/runs/chosen-runs.ts';

it('runs are chosen and given up together, and the others keep their colours', () => {
  const chosen = chooseRuns(['a', null, 'b'], ['b', 'c', 'd'], true);
  expect(chosen).toEqual(['a', 'c', 'b', 'd']);
  expect(chooseRuns(chosen, ['a', 'd', 'x'], false)).toEqual([null, 'c', 'b']);
});

it('no more are chosen than can be compared', () => {
  const many = Array.from({ length: MOST_CHOSEN + 5 }, (_, index) => `run ${index}`);
  expect(chooseRuns(['first'], many, true)).toEqual(['first', ...many.slice(0, MOST_CHOSEN - 1)]);
});
