import { expect, it } from 'vitest';
import { mapLimited, Turns } from '../src/concurrency.ts';

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

it('takes actions in turn, in the order in which they came', async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const turns = new Turns(new AbortController().signal);
  const taken = Array.from({ length: 10 }, (_, place) =>
    turns.take(async () => {
      begun.push(place);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (place % 2 === 1) throw new Error(`${place} failed`);
      return place;
    }),
  );
  const settled = Promise.allSettled(taken);
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const count of [9, 10]) {
    ends.shift()?.();
    await new Promise(setImmediate);
    expect(begun).toHaveLength(count);
  }
  for (const end of ends) end();
  const outcomes = (await settled).map(({ status }) => status);
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => ['fulfilled', 'rejected']).flat());
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('gives no action its turn once the signal has come', async () => {
  const overtime = new AbortController();
  const turns = new Turns(overtime.signal);
  let begun = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const taken = Array.from({ length: 20 }, () =>
    turns.take(() => {
      begun += 1;
      return ended;
    }),
  );
  const settled = Promise.allSettled(taken);
  overtime.abort(new Error('too late'));
  end();
  const outcomes = (await settled).map(({ status }) => status);
  expect(outcomes).toEqual([
    ...Array.from({ length: 8 }, () => 'fulfilled'),
    ...Array.from({ length: 12 }, () => 'rejected'),
  ]);
  await expect(turns.take(async () => 1)).rejects.toThrow('too late');
  expect(begun).toBe(8);
});
