import fs from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { countCalls, countOpenWatches, intercept } from './interception.ts';
import { temporaryDirectory } from './storage.ts';

const listener = { changed: () => undefined };

function newWatches() {
  const warnings: string[] = [];
  const watches = new DirectoryWatches((message) => warnings.push(message));
  onTestFinished(() => watches.close());
  return { watches, warnings };
}

it('what is not there is not watched, and that is no reason to warn', () => {
  const { watches, warnings } = newWatches();
  expect(watches.watch(join(temporaryDirectory(), 'nowhere'), listener)).toBeUndefined();
  expect(watches.watch(temporaryDirectory(), listener)).toBeDefined();
  expect(warnings).toEqual([]);
});

it.each(['ENOSPC', 'EMFILE'])('once there are no more watches (%s), none is asked for during a minute', (code) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { watches, warnings } = newWatches();
  let isExhausted = true;
  intercept(fs, 'watch', (call) => {
    if (!isExhausted) return call();
    throw Object.assign(new Error('no more'), { code, syscall: 'watch' });
  });
  const calls = countCalls(fs, ['watch']);
  const directory = temporaryDirectory();
  for (let time = 0; time < 3; time++) expect(watches.watch(directory, listener)).toBeUndefined();
  expect(calls.take()).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(watches.watch(directory, listener)).toBeUndefined();
  isExhausted = false;
  vi.advanceTimersByTime(60_000);
  expect(watches.watch(directory, listener)).toBeDefined();
  expect(warnings).toHaveLength(1);
});

it('the file system is asked once a device, and again if it could not be told', async () => {
  const { watches } = newWatches();
  const calls = countCalls(fs, ['statfs']);
  const directory = temporaryDirectory();
  await expect(watches.tellsOf(1n, join(directory, 'nowhere'))).rejects.toThrow('ENOENT');
  expect(await watches.tellsOf(1n, directory)).toBe(await watches.tellsOf(1n, directory));
  expect(calls.take()).toBe(2);
});

it('closing ends every watch and lets no other begin', async () => {
  const { watches } = newWatches();
  const open = countOpenWatches();
  for (let time = 0; time < 3; time++) watches.watch(temporaryDirectory(), listener);
  watches.close();
  await new Promise(setImmediate);
  expect(open()).toBe(0);
  expect(watches.watch(temporaryDirectory(), listener)).toBeUndefined();
});
