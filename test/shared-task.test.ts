import { expect, it, onTestFinished, vi } from 'vitest';
import { SharedTask } from '../src/shared-task.ts';

/** A task that counts its executions and ends each when told. */
function controlled() {
  const ends: ((error?: Error) => void)[] = [];
  const task = new SharedTask(
    () =>
      new Promise<number>((resolve, reject) => {
        const count = ends.length + 1;
        ends.push((error) => (error === undefined ? resolve(count) : reject(error)));
      }),
  );
  const started = (count: number) => vi.waitFor(() => expect(ends).toHaveLength(count), { interval: 1 });
  return { task, ends, started };
}

it('serves callers that come while an execution is under way with one that starts later', async () => {
  const { task, ends, started } = controlled();
  const first = task.get();
  await started(1);
  const later = [task.get(), task.get()];
  await new Promise(setImmediate);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect(await first).toBe(1);
  await started(2);
  ends[1]?.();
  expect(await Promise.all(later)).toEqual([2, 2]);
});

it('serves callers that come before an execution starts with that one', async () => {
  const { task, ends, started } = controlled();
  const both = Promise.all([task.get(), task.get()]);
  await started(1);
  ends[0]?.();
  expect(await both).toEqual([1, 1]);
});

it('gives a result again as long as it is young enough for the caller', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let count = 0;
  const task = new SharedTask(async () => ++count);
  expect(await task.get(1000)).toBe(1);
  vi.advanceTimersByTime(999);
  expect(await task.get(1000)).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await task.get(1000)).toBe(2);
  expect(await task.get()).toBe(3);
});

it('rejects the callers of an execution that failed, and no others', async () => {
  const { task, ends, started } = controlled();
  const first = task.get(1000);
  await started(1);
  const joined = task.get(1000);
  const later = task.get();
  ends[0]?.(new Error('disk on fire'));
  await expect(first).rejects.toThrow('disk on fire');
  await expect(joined).rejects.toThrow('disk on fire');
  await started(2);
  ends[1]?.();
  expect(await later).toBe(2);
});

it('does not give a failure again', async () => {
  let isBroken = true;
  const task = new SharedTask(async () => {
    if (isBroken) throw new Error('disk on fire');
    return 'well';
  });
  await expect(task.get(1000)).rejects.toThrow('disk on fire');
  isBroken = false;
  expect(await task.get(1000)).toBe('well');
});
