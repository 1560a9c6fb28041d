import { expect, it } from 'vitest';
import { ReadingBudget } from '../../../src/metrics/reading/reading-budget.ts';

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

it('lets the first file that is read go on, and the others when there is room', async () => {
  const budget = new ReadingBudget(100, () => {});
  const [first, second] = [{}, {}];
  await budget.take(first, 60);
  await budget.take(second, 30);
  const more = budget.take(second, 30);
  expect(await isSettled(more)).toBe(false);
  await budget.take(first, 90);
  budget.release(first);
  await more;
});

it('tells what all take together, so that room is made for it', async () => {
  const seen: number[] = [];
  const budget = new ReadingBudget(1000, (bytes) => seen.push(bytes));
  const [first, second] = [{}, {}];
  await budget.take(first, 10);
  await budget.take(second, 20);
  budget.release(first);
  await budget.take(second, 5);
  expect(seen).toEqual([10, 30, 25]);
});
