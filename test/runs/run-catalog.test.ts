import fs, { rmSync, utimesSync, writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { RunCatalog } from '../../src/runs/run-catalog.ts';
import { beforeCall, countCalls } from './interception.ts';
import { makeRun, temporaryDirectory } from './storage.ts';

/** A catalog of runs that were created at these times, by id, and a clock that only moves when told. */
function newCatalog(createdAt: Record<string, number> = {}) {
  const root = temporaryDirectory();
  for (const [id, created_at] of Object.entries(createdAt)) {
    makeRun(join(root, 'runs/a', id), { 'meta.json': { created_at }, 'status.json': { status: 'finished' } });
  }
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const catalog = new RunCatalog(root, () => undefined);
  const ids = async () => (await catalog.list()).map(({ id }) => id);
  return { root, catalog, ids };
}

it('lists runs newest first, runs of one age by id from the last', async () => {
  const { ids } = newCatalog({ r1: 1000, r2: 3000, r3: 1000, r4: 2000, r5: 1000 });
  expect(await ids()).toEqual(['r2', 'r4', 'r5', 'r3', 'r1']);
});

it('gives a list again for one second and not longer', async () => {
  const { root, catalog, ids } = newCatalog({ r1: 1000 });
  const list = await catalog.list();
  makeRun(join(root, 'runs/r2'));
  rmSync(join(root, 'runs/a/r1'), { recursive: true });
  vi.advanceTimersByTime(999);
  expect(await catalog.list()).toBe(list);
  vi.advanceTimersByTime(1);
  expect(await ids()).toEqual(['r2']);
});

it('makes one list for those who ask together', async () => {
  const { catalog } = newCatalog({ r1: 1000 });
  const [first, second] = await Promise.all([catalog.list(), catalog.list()]);
  expect(first).toBe(second);
});

it('finds and locates a run as it is now, whatever was listed', async () => {
  const { root, catalog } = newCatalog({ r1: 1000 });
  await catalog.list();
  const directory = makeRun(join(root, 'runs/b/r2'), { 'meta.json': { alias: 'new' } });
  expect(catalog.root).toBe(root);
  expect(await catalog.find('r2')).toMatchObject({ id: 'r2', path: 'b', alias: 'new' });
  expect(await catalog.locate('r2')).toEqual({ id: 'r2', directory, path: 'b' });
  writeFileSync(join(directory, '.deleted'), '');
  utimesSync(directory, 1000, 1000);
  expect(await catalog.find('r2')).toBeUndefined();
  expect(await catalog.locate('r2')).toBeUndefined();
});

it('reads nothing to locate a run', async () => {
  const { catalog } = newCatalog({ r1: 1000 });
  const opened = countCalls(promises, ['open']);
  expect(await catalog.locate('r1')).toBeDefined();
  expect(opened.take()).toBe(0);
});

it('reads again only the files that changed', async () => {
  const { root, catalog } = newCatalog({ r1: 1000, r2: 2000 });
  await catalog.find('r1');
  const opened = countCalls(promises, ['open']);
  await catalog.find('r1');
  expect(opened.take()).toBe(0);
  await catalog.list();
  expect(opened.take()).toBe(2);
  vi.advanceTimersByTime(1000);
  await catalog.list();
  expect(opened.take()).toBe(0);
  makeRun(join(root, 'runs/a/r1'), { 'status.json': { status: 'failed' } });
  utimesSync(join(root, 'runs/a/r1/status.json'), 1000, 1000);
  vi.advanceTimersByTime(1000);
  expect(await catalog.list()).toMatchObject([
    { id: 'r2', status: 'finished' },
    { id: 'r1', status: 'failed' },
  ]);
  expect(opened.take()).toBe(1);
  expect(await catalog.find('r1')).toMatchObject({ status: 'failed' });
  expect(opened.take()).toBe(0);
});

it('leaves out a run that vanishes between being listed and being read', async () => {
  const { root, catalog, ids } = newCatalog({ r1: 1000, r2: 2000 });
  const vanishing = join(root, 'runs/a/r1');
  beforeCall(fs, 'stat', join(vanishing, 'meta.json'), () => rmSync(vanishing, { recursive: true }));
  expect(await ids()).toEqual(['r2']);
  expect(await catalog.find('r1')).toBeUndefined();
});

it('reports the death of a process though no file changed', async () => {
  const { root, catalog } = newCatalog();
  const meta = { hostname: hostname(), pid: process.pid };
  makeRun(join(root, 'runs/r1'), { 'meta.json': meta, 'status.json': { status: 'running' } });
  expect(await catalog.find('r1')).toMatchObject({ status: 'running' });
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  expect(await catalog.find('r1')).toMatchObject({ status: 'failed' });
  expect(fs.readFileSync(join(root, 'runs/r1/status.json'), 'utf8')).toBe('{"status":"running"}');
});

it('serves a run that has the id of another after that is gone', async () => {
  const { root, catalog } = newCatalog({ r1: 1000 });
  makeRun(join(root, 'p/n/runs/r1'), { 'meta.json': { alias: 'legacy' } });
  expect(await catalog.list()).toMatchObject([{ id: 'r1', path: 'a', alias: null }]);
  rmSync(join(root, 'runs/a/r1'), { recursive: true });
  expect(await catalog.find('r1')).toMatchObject({ id: 'r1', path: 'p/n', alias: 'legacy' });
});
