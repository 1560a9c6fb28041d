import { expect, it } from 'vitest';
import { mapLimited } from '../../src/runs/concurrency.ts';

it('gives the results in the order of the items', async () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const results = await mapLimited(items, async (item) => {
    for (let turn = 0; turn < item % 7; turn++) await Promise.resolve();
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(await mapLimited([], async () => 1)).toEqual([]);
});

it('runs a bounded number of actions at once', async () => {
  let running = 0;
  let most = 0;
  await mapLimited(Array.from({ length: 1000 }), async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  });
  expect(most).toBe(8);
});

it('rejects with the first error and begins nothing after it', async () => {
  let begun = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const mapped = mapLimited(Array.from({ length: 1000 }), async () => {
    begun += 1;
    if (begun === 5) throw new Error('the fifth');
    await released;
  });
  await expect(mapped).rejects.toThrow('the fifth');
  release();
  await new Promise(setImmediate);
  expect(begun).toBe(8);
});
