import fs, { renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { RunCatalog } from '../../src/runs/run-catalog.ts';
import { beforeCall, countCalls, holdFirstAnswer } from './interception.ts';
import { makeRun, temporaryDirectory } from './storage.ts';

/** A catalog of runs that were created at these times, by id, and a clock that only moves when told. */
function newCatalog(createdAt: Record<string, number> = {}, isWatched = false, followSymlinks = false) {
  const root = temporaryDirectory();
  for (const [id, created_at] of Object.entries(createdAt)) {
    makeRun(join(root, 'runs/a', id), { 'meta.json': { created_at }, 'status.json': { status: 'finished' } });
  }
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const catalog = new RunCatalog(
    { root, followSymlinks },
    () => undefined,
    isWatched ? new DirectoryWatches(() => undefined) : undefined,
  );
  onTestFinished(() => catalog.close());
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
  const opened = countCalls(fs, ['open']);
  expect(await catalog.locate('r1')).toBeDefined();
  expect(opened.take()).toBe(0);
});

it('reads again only the files that changed', async () => {
  const { root, catalog } = newCatalog({ r1: 1000, r2: 2000 });
  await catalog.find('r1');
  const opened = countCalls(fs, ['open']);
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

it.each([
  ['watched', true],
  ['not watched', false],
])('gives the same list after files were written that say what they said, be the storage %s', async (_, isWatched) => {
  const { root, catalog } = newCatalog({ r1: 1000 }, isWatched);
  const list = await catalog.list();
  makeRun(join(root, 'runs/a/r1'), { 'status.json': { status: 'finished' } });
  vi.advanceTimersByTime(1000);
  expect(await catalog.list()).toBe(list);
  makeRun(join(root, 'runs/a/r1'), { 'status.json': { status: 'failed' } });
  vi.advanceTimersByTime(1000);
  expect(await catalog.list()).not.toBe(list);
});

describe('a watched storage', () => {
  /** A list that is not older than what was done before. */
  const listAgain = (catalog: RunCatalog) => {
    vi.advanceTimersByTime(1000);
    return catalog.list();
  };

  it('gives the same list as long as nothing changed, and looks at nothing but the root', async () => {
    const { catalog } = newCatalog({ r1: 1000, r2: 2000 }, true);
    const list = await catalog.list();
    const calls = countCalls(fs, ['stat', 'lstat', 'open', 'readdir']);
    expect(await listAgain(catalog)).toBe(list);
    expect(calls.take()).toBe(1);
  });

  it.each<[string, (path: string, text: string) => void]>([
    ['in place', (path, text) => writeFileSync(path, text)],
    [
      'by a new file',
      (path, text) => {
        writeFileSync(`${path}.tmp`, text);
        renameSync(`${path}.tmp`, path);
      },
    ],
  ])('shows what is written %s, and reads nothing else', async (_, write) => {
    const { root, catalog } = newCatalog({ r1: 1000, r2: 2000 }, true);
    await catalog.list();
    const opened = countCalls(fs, ['open']);
    write(join(root, 'runs/a/r1/status.json'), '{"status": "failed"}');
    expect(await listAgain(catalog)).toMatchObject([{ status: 'finished' }, { id: 'r1', status: 'failed' }]);
    write(join(root, 'runs/a/r1/meta.json'), '{"created_at": 3000}');
    expect(await listAgain(catalog)).toMatchObject([{ id: 'r1', createdAt: 3000 }, { id: 'r2' }]);
    write(join(root, 'runs/a/r1/summary.json'), '{"best_metric_name": "loss"}');
    expect(await listAgain(catalog)).toMatchObject([{ bestMetric: { name: 'loss' } }, {}]);
    write(join(root, 'runs/a/r1/assets.json'), '{"datasets": [1, 2]}');
    expect(await listAgain(catalog)).toMatchObject([{ assetsCount: 2 }, {}]);
    expect(opened.take()).toBe(2 + 2 + 3 + 4);
  });

  it('shows what is written to a file that a link leads to', async () => {
    const { root, catalog } = newCatalog({ r1: 1000 }, true, true);
    const elsewhere = join(temporaryDirectory(), 'status.json');
    writeFileSync(elsewhere, '{"status": "running"}');
    rmSync(join(root, 'runs/a/r1/status.json'));
    symlinkSync(elsewhere, join(root, 'runs/a/r1/status.json'));
    expect(await catalog.list()).toMatchObject([{ status: 'running' }]);
    writeFileSync(elsewhere, '{"status": "interrupted"}');
    expect(await listAgain(catalog)).toMatchObject([{ status: 'interrupted' }]);
  });

  it('shows what is written while an earlier reading is under way', async () => {
    const { root, catalog } = newCatalog({ r1: 1000 }, true);
    await catalog.locate('r1');
    const status = join(root, 'runs/a/r1/status.json');
    const held = holdFirstAnswer(fs, 'open', status);
    const first = catalog.find('r1');
    const release = await held;
    writeFileSync(`${status}.tmp`, '{"status": "failed"}');
    renameSync(`${status}.tmp`, status);
    expect(await catalog.find('r1')).toMatchObject({ status: 'failed' });
    release();
    expect(await first).toMatchObject({ status: 'finished' });
    expect(await catalog.find('r1')).toMatchObject({ status: 'failed' });
  });

  it('shows the time of a directory that no file tells', async () => {
    const { root, catalog } = newCatalog({}, true);
    makeRun(join(root, 'runs/r1'), { 'status.json': {} });
    await catalog.list();
    utimesSync(join(root, 'runs/r1'), 1000, 1000);
    expect(await listAgain(catalog)).toMatchObject([{ createdAt: 1000 }]);
  });

  it('reports the death of a process though no file changed, and does not ask again', async () => {
    const { root, catalog } = newCatalog({}, true);
    makeRun(join(root, 'runs/r1'), {
      'meta.json': { hostname: hostname(), pid: process.pid },
      'status.json': { status: 'running', started_at: Date.now() / 1000 },
    });
    expect(await catalog.list()).toMatchObject([{ status: 'running' }]);
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    });
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    expect(await listAgain(catalog)).toMatchObject([{ status: 'failed' }]);
    expect(kill).toHaveBeenCalledOnce();
    expect(await listAgain(catalog)).toMatchObject([{ status: 'failed' }]);
    expect(kill).toHaveBeenCalledOnce();
  });
});

describe('many directories of which nobody tells changes', () => {
  const MANY = Object.fromEntries(Array.from({ length: 600 }, (_, run) => [`r${run}`, run]));

  it('are listed as they were at most five seconds ago, without anyone having to wait', async () => {
    const { root, catalog } = newCatalog(MANY);
    const list = await catalog.list();
    rmSync(join(root, 'runs/a/r1'), { recursive: true });
    vi.advanceTimersByTime(1000);
    const held = holdFirstAnswer(fs, 'stat', root);
    expect(await catalog.list()).toBe(list);
    const release = await held;
    expect(await catalog.list()).toBe(list);
    vi.advanceTimersByTime(3999);
    expect(await catalog.list()).toBe(list);
    vi.advanceTimersByTime(1);
    const next = catalog.list();
    release();
    expect(await next).toHaveLength(599);
  });
});

describe('a run that was located', () => {
  it('has ended once it says so, is told to be gone, and is not read more than once a second', async () => {
    const { root, catalog } = newCatalog({ r1: 1000 });
    const status = (value: string) => makeRun(join(root, 'runs/a/r1'), { 'status.json': { status: value } });
    status('running');
    const location = await catalog.locate('r1');
    if (location === undefined) throw new Error('not found');
    expect(await catalog.hasEnded(location)).toBe(false);
    const calls = countCalls(fs, ['stat', 'lstat', 'open']);
    status('finished');
    vi.advanceTimersByTime(999);
    expect(await catalog.hasEnded(location)).toBe(false);
    expect(calls.take()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(await catalog.hasEnded(location)).toBe(true);
    status('unknown');
    vi.advanceTimersByTime(1000);
    expect(await catalog.hasEnded(location)).toBe(false);
    rmSync(location.directory, { recursive: true });
    await catalog.locate('r1');
    expect(await catalog.hasEnded(location)).toBe(true);
  });
});

it('finds a run while it is still busy to discover the others', async () => {
  const { root, catalog } = newCatalog({ r1: 1000, r2: 2000 }, true);
  const held = holdFirstAnswer(fs, 'lstat', join(root, 'runs/a/r2'));
  catalog.discover();
  const release = await held;
  expect(await catalog.find('r1')).toMatchObject({ id: 'r1' });
  const list = catalog.list();
  release();
  expect(await list).toMatchObject([{ id: 'r2' }, { id: 'r1' }]);
});

it('a catalog that was closed watches nothing, and what it was about comes to nothing', async () => {
  const { catalog } = newCatalog({ r1: 1000, r2: 2000 }, true);
  const list = catalog.list();
  catalog.close();
  await expect(list).rejects.toThrow('closed');
  const watches = countCalls(fs, ['watch']);
  await expect(catalog.list()).rejects.toThrow('closed');
  expect(watches.take()).toBe(0);
});
