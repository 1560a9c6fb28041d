import { expect, it } from 'vitest';
import { RequestSlots } from '../../../../web/charts/data/request-slots.ts';

const never = new AbortController().signal;

/** A request that is answered when the test says so. */
function makeRequest() {
  let answer: ((text: string) => void) | undefined;
  let isBegun = false;
  const answered = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const request = () => {
    isBegun = true;
    return answered;
  };
  return { request, answer: (text: string) => answer?.(text), isBegun: () => isBegun };
}

it('lets so many requests be in flight, and the others follow in their order', async () => {
  const slots = new RequestSlots(2);
  const requests = Array.from({ length: 4 }, makeRequest);
  const results = requests.map(({ request }) => slots.run(request, never));
  await Promise.resolve();
  expect(requests.map(({ isBegun }) => isBegun())).toEqual([true, true, false, false]);
  requests[1]?.answer('second');
  expect(await results[1]).toBe('second');
  await expect.poll(() => requests.map(({ isBegun }) => isBegun())).toEqual([true, true, true, false]);
  for (const { answer } of requests) answer('done');
  expect(await Promise.all(results)).toEqual(['done', 'second', 'done', 'done']);
});

it('passes over those that are not wanted any more', async () => {
  const slots = new RequestSlots(1);
  const [first, unwanted, last] = [makeRequest(), makeRequest(), makeRequest()];
  const stopped = new AbortController();
  const firstDone = slots.run(first.request, never);
  const unwantedDone = slots.run(unwanted.request, stopped.signal);
  const lastDone = slots.run(last.request, never);
  stopped.abort(new Error('scrolled away'));
  await expect(unwantedDone).rejects.toThrow('scrolled away');
  first.answer('first');
  last.answer('last');
  expect(await Promise.all([firstDone, lastDone])).toEqual(['first', 'last']);
  expect(unwanted.isBegun()).toBe(false);
});

it('has a slot free again after a request that fails', async () => {
  const slots = new RequestSlots(1);
  const failed = slots.run(() => Promise.reject(new Error('no')), never);
  const next = slots.run(() => Promise.resolve('yes'), never);
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
