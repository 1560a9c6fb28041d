import { expect, it } from 'vitest';
import { StorageTimeout } from '../../src/errors.ts';
import { StorageCalls } from '../../src/storage/storage-calls.ts';

/** Calls that come back when they are told to. */
function stuckCalls() {
  const pending: ((result: string) => void)[] = [];
  return {
    call: () => new Promise<string>((resolve) => pending.push(resolve)),
    begun: () => pending.length,
    comeBack: (result: string) => {
      for (const resolve of pending.splice(0)) resolve(result);
    },
  };
}

function make(timeoutMs = 20) {
  const warnings: string[] = [];
  const calls = new StorageCalls({ timeoutMs, mostOfMount: 4, warn: (message) => warnings.push(message) });
  return { calls, warnings };
}

const answer = (): Promise<string> => Promise.resolve('answer');

it('a caller is told that the storage does not answer, and the next ones of the directory at once', async () => {
  const { calls, warnings } = make();
  const stuck = stuckCalls();
  await expect(calls.run('/storage/a', stuck.call)).rejects.toThrow('a cannot be read: its storage has not answered');
  await expect(calls.run('/storage/a', stuck.call)).rejects.toBeInstanceOf(StorageTimeout);
  expect(stuck.begun()).toBe(1);
  expect(await calls.run('/storage/b', answer)).toBe('answer');
  expect(warnings).toEqual(['/storage/a has not answered for 0.02 s: what it holds is not served']);
});

it('a directory whose call has come back is asked again', async () => {
  const { calls, warnings } = make();
  const stuck = stuckCalls();
  await expect(calls.run('/storage/a', stuck.call)).rejects.toBeInstanceOf(StorageTimeout);
  stuck.comeBack('late');
  await expect.poll(() => warnings).toContain('/storage/a answers again');
  expect(await calls.run('/storage/a', answer)).toBe('answer');
});

it('what comes when nobody waits any more is discarded', async () => {
  const { calls } = make();
  const stuck = stuckCalls();
  const discarded: string[] = [];
  const discard = (result: string) => discarded.push(result);
  await expect(calls.run('/storage/a', stuck.call, discard)).rejects.toBeInstanceOf(StorageTimeout);
  stuck.comeBack('a descriptor');
  await expect.poll(() => discarded).toEqual(['a descriptor']);
});

it('so many directories of a mount may be stuck that others of it are refused, but not those of other mounts', async () => {
  const { calls } = make();
  const stuck = stuckCalls();
  // What is read on this machine to learn of the mounts: it comes before the calls that depend on it.
  await expect
    .poll(async () => {
      const ids = Array.from({ length: 6 }, (_, i) => `/proc/stuck-${i}`);
      await Promise.allSettled(ids.map((id) => calls.run(id, stuck.call)));
      return calls.run('/storage/a', answer);
    })
    .toBe('answer');
  expect(stuck.begun()).toBe(4);
  await expect(calls.run('/proc/other', answer)).rejects.toBeInstanceOf(StorageTimeout);
  stuck.comeBack('late');
  await expect.poll(() => calls.run('/proc/other', answer)).toBe('answer');
});

it('calls of one directory wait for each other, two at a time, and come in their order', async () => {
  const { calls } = make(10_000);
  const stuck = stuckCalls();
  const results = Promise.all([1, 2, 3].map(() => calls.run('/storage/a', stuck.call)));
  expect(stuck.begun()).toBe(2);
  stuck.comeBack('first');
  await expect.poll(stuck.begun).toBe(1);
  stuck.comeBack('then');
  expect(await results).toEqual(['first', 'first', 'then']);
});
