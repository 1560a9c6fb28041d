import fs, { appendFileSync, chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { warnOfProblems } from '../../src/runs/index-problem.ts';
import { RunIndex } from '../../src/runs/run-index.ts';
import { beforeCall, countCalls, countOpenWatches, holdFirstAnswer, intercept } from './interception.ts';
import { dropPrivileges } from './privileges.ts';
import { makeFifo, makeRun, temporaryDirectory } from './storage.ts';

const CALLS = ['lstat', 'stat', 'readdir'];

/** The places of the runs that an index finds below the root. */
function placesIn(root: string, warn: (message: string) => void, watches?: DirectoryWatches, followSymlinks = false) {
  const index = new RunIndex({ root, followSymlinks }, warnOfProblems(warn), watches);
  return {
    find: async (id: string) => (await index.find(id))?.location,
    list: async () => (await index.list()).map(({ location }) => location),
  };
}

/** An index over a new storage, and what it warned of. */
function newIndex(isWatched = false, followSymlinks = false) {
  const root = temporaryDirectory();
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const watches = isWatched ? new DirectoryWatches(warn) : undefined;
  onTestFinished(() => watches?.close());
  const index = placesIn(root, warn, watches, followSymlinks);
  const ids = async () => (await index.list()).map(({ id }) => id).toSorted();
  return { root, index, warnings, ids };
}

const WATCHED_OR_NOT = [
  ['watched', true],
  ['not watched', false],
] as const;

/** Puts the clock so far ahead that everything on disk is old, and what was read of it is trusted. */
function agePresent(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Lets no more than so many watches be had. */
function limitWatches(limit: number): void {
  let left = limit;
  intercept(fs, 'watch', (call) => {
    left -= 1;
    if (left >= 0) return call();
    throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'watch' });
  });
}

/** Lets every file system be one that others may write to from elsewhere. */
function onNetworkFileSystem(): void {
  const NFS = 0x6969;
  intercept(fs, 'statfs', (_, args) => {
    const answer = args.at(-1);
    if (typeof answer === 'function') answer(null, { type: NFS });
  });
}

/** A storage of runs in three segments, long unchanged. */
function storageOf(runs: number, isWatched = false) {
  const storage = newIndex(isWatched);
  for (let run = 0; run < runs; run++) makeRun(join(storage.root, 'runs', `s${run % 3}`, `r${run}`));
  agePresent();
  return storage;
}

describe('both layouts', () => {
  it('are listed, with the path that the directories say', async () => {
    const { root, index } = newIndex();
    const runs = [
      { id: 'top', directory: join(root, 'runs/top'), path: null },
      { id: 'r1', directory: join(root, 'runs/vision/cifar10/r1'), path: 'vision/cifar10' },
      { id: 'r2', directory: join(root, 'audio/wav2vec/runs/r2'), path: 'audio/wav2vec' },
    ];
    for (const { directory } of runs) makeRun(directory, { 'status.json': { path: 'lies' } });
    expect(await index.list()).toEqual(expect.arrayContaining(runs));
    expect(await index.list()).toHaveLength(runs.length);
    for (const run of runs) expect(await index.find(run.id)).toEqual(run);
  });

  it('end at a run: nothing below it is one', async () => {
    const { root, index, ids } = newIndex();
    makeRun(join(root, 'runs/a/r1'));
    makeRun(join(root, 'runs/a/r1/inner'));
    makeRun(join(root, 'p/n/runs/r2/inner'));
    expect(await ids()).toEqual(['r1', 'r2']);
    expect(await index.find('inner')).toBeUndefined();
  });

  it('differ in what makes a run: files in the current one, the place in the legacy one', async () => {
    const { root, ids } = newIndex();
    makeRun(join(root, 'runs/a/segment'), { 'events.jsonl': '' });
    mkdirSync(join(root, 'runs/a/odd/meta.json'), { recursive: true });
    makeRun(join(root, 'p/n/runs/bare'), {});
    for (const name of ['webui', 'archive', 'index']) makeRun(join(root, name, 'n/runs/no'), {});
    expect(await ids()).toEqual(['bare']);
  });

  it('may be empty or missing', async () => {
    const { root, index, ids, warnings } = newIndex();
    expect(await ids()).toEqual([]);
    rmSync(root, { recursive: true });
    expect(await ids()).toEqual([]);
    expect(await index.find('r1')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('hold files, FIFOs and links, which are no runs', async () => {
    const { root, ids } = newIndex();
    const outside = makeRun(join(temporaryDirectory(), 'outside'));
    makeRun(join(root, 'runs/a/r1'));
    makeRun(join(root, 'p/n/runs/r2'));
    writeFileSync(join(root, 'runs/a/file'), '');
    writeFileSync(join(root, 'p/n/runs/file'), '');
    makeFifo(join(root, 'runs/fifo'));
    symlinkSync(outside, join(root, 'runs/a/outside'));
    symlinkSync(outside, join(root, 'p/n/runs/outside'));
    symlinkSync('..', join(root, 'runs/a/loop'));
    symlinkSync('self', join(root, 'runs/self'));
    symlinkSync(root, join(root, 'mirror'));
    expect(await ids()).toEqual(['r1', 'r2']);
  });

  it('are served below a root that is a symbolic link', async () => {
    const { root } = newIndex();
    makeRun(join(root, 'real/runs/r1'));
    symlinkSync('real', join(root, 'link'));
    const index = placesIn(join(root, 'link'), () => undefined);
    expect(await index.find('r1')).toMatchObject({ directory: join(root, 'link/runs/r1') });
  });
});

describe.each(WATCHED_OR_NOT)('links to directories, where they are followed, %s,', (_name, isWatched) => {
  const newLinked = () => ({ ...newIndex(isWatched, true), elsewhere: temporaryDirectory() });

  it('lead to runs, and to directories of runs, in both layouts', async () => {
    const { root, index, ids, elsewhere } = newLinked();
    mkdirSync(join(root, 'runs'));
    mkdirSync(join(root, 'p/n/runs'), { recursive: true });
    makeRun(join(elsewhere, 'one'));
    makeRun(join(elsewhere, 'many/b/r2'));
    symlinkSync(join(elsewhere, 'one'), join(root, 'runs/r1'));
    symlinkSync(join(elsewhere, 'many'), join(root, 'runs/a'));
    symlinkSync(join(elsewhere, 'one'), join(root, 'p/n/runs/r3'));
    symlinkSync(join(elsewhere, 'many/b/r2/meta.json'), join(root, 'runs/file'));
    expect(await ids()).toEqual(['r1', 'r2', 'r3']);
    expect(await index.find('r2')).toMatchObject({ path: 'a/b', directory: join(root, 'runs/a/b/r2') });
  });

  it('show at once what changes behind them, and where else they lead', async () => {
    const { root, index, ids, elsewhere } = newLinked();
    makeRun(join(root, 'runs/a/r0'));
    makeRun(join(elsewhere, 'v1/r1'));
    makeRun(join(elsewhere, 'v2/r2'));
    symlinkSync('v1', join(elsewhere, 'current'));
    expect(await ids()).toEqual(['r0']);
    rmSync(join(root, 'runs/a'), { recursive: true });
    symlinkSync(join(elsewhere, 'current'), join(root, 'runs/a'));
    expect(await ids()).toEqual(['r1']);
    makeRun(join(elsewhere, 'v1/r3'));
    expect(await ids()).toEqual(['r1', 'r3']);
    rmSync(join(elsewhere, 'current'));
    symlinkSync('v2', join(elsewhere, 'current'));
    expect(await index.find('r2')).toBeDefined();
    expect(await ids()).toEqual(['r2']);
    rmSync(join(root, 'runs/a'));
    makeRun(join(root, 'runs/a/r4'));
    expect(await ids()).toEqual(['r4']);
  });

  it('that lead back to where they lie, or on to others, have an end', async () => {
    const { root, ids, elsewhere, warnings } = newLinked();
    makeRun(join(root, 'runs/a/r1'));
    symlinkSync('..', join(root, 'runs/a/up'));
    symlinkSync('.', join(root, 'runs/a/here'));
    symlinkSync('self', join(root, 'runs/a/self'));
    symlinkSync('/nowhere', join(root, 'runs/a/nowhere'));
    makeRun(join(elsewhere, 'r2'));
    makeRun(join(elsewhere, 'deep/r3'));
    symlinkSync('deep', join(elsewhere, 'not-followed'));
    symlinkSync(root, join(elsewhere, 'back'));
    symlinkSync(elsewhere, join(root, 'runs/b'));
    expect(await ids()).toEqual(['r1', 'r2', 'r3']);
    expect(warnings).toEqual([`cannot read directory ${join(root, 'runs/a/self')}: ELOOP`]);
  });
});

describe('an id', () => {
  it.each([
    ['empty', ''],
    ['a key of every object', '__proto__'],
    ['constructor', 'constructor'],
    ['a way up', '../r1'],
    ['a path', 'a/r1'],
    ['dot', '.'],
    ['dots', '..'],
    ['with a zero byte', 'r1\0'],
    ['huge', 'x'.repeat(1 << 20)],
  ])('that is %s is just unknown', async (_, id) => {
    const { root, index } = newIndex();
    makeRun(join(root, 'runs/a/r1'));
    makeRun(join(root, 'r1'));
    expect(await index.find('r1')).toBeDefined();
    expect(await index.find(id)).toBeUndefined();
  });

  it('may be any name that a directory may have', async () => {
    const { root, index } = newIndex();
    for (const id of ['__proto__', 'ünï 運行', '%2e%2e', 'meta.json']) {
      makeRun(join(root, 'runs/a', id));
      expect(await index.find(id)).toMatchObject({ id, directory: join(root, 'runs/a', id) });
    }
  });
});

describe.each(WATCHED_OR_NOT)('a change on disk, %s,', (_name, isWatched) => {
  it('that makes a run shows at once, in a new or a known directory of either layout', async () => {
    const { root, index, ids } = newIndex(isWatched);
    for (const directory of ['runs/r1', 'runs/a/b/r2', 'runs/a/b/r3', 'p/n/runs/r4', 'p/n/runs/r5', 'p/m/runs/r6']) {
      const id = directory.slice(-2);
      expect(await index.find(id)).toBeUndefined();
      makeRun(join(root, directory));
      expect(await index.find(id)).toMatchObject({ id, directory: join(root, directory) });
      expect(await ids()).toContain(id);
    }
  });

  it('that makes a run is never missed by a lookup that comes during a refresh', async () => {
    const { root, index } = newIndex(isWatched);
    makeRun(join(root, 'runs/a/r0'));
    await index.list();
    const lookups = [];
    for (let count = 1; count <= 50; count++) {
      lookups.push(index.find('nowhere'));
      makeRun(join(root, 'runs/a', `r${count}`));
      lookups.push(index.find(`r${count}`).then((run) => expect(run?.id).toBe(`r${count}`)));
      await Promise.resolve();
    }
    await Promise.all(lookups);
  });

  it('that makes a segment a run shows at once, and what is below it is gone', async () => {
    const { root, index, ids } = newIndex(isWatched);
    makeRun(join(root, 'runs/a/b/r1'));
    expect(await ids()).toEqual(['r1']);
    writeFileSync(join(root, 'runs/a/status.json'), '');
    expect(await index.find('a')).toEqual({ id: 'a', directory: join(root, 'runs/a'), path: null });
    expect(await ids()).toEqual(['a']);
    expect(await index.find('r1')).toBeUndefined();
  });

  it('that makes a run a segment shows at once, and what is below it is a run', async () => {
    const { root, index, ids, warnings } = newIndex(isWatched);
    makeRun(join(root, 'runs/a'));
    makeRun(join(root, 'runs/a/b/r1'));
    expect(await ids()).toEqual(['a']);
    rmSync(join(root, 'runs/a/meta.json'));
    expect(await index.find('a')).toBeUndefined();
    expect(await index.find('r1')).toBeDefined();
    expect(await ids()).toEqual(['r1']);
    makeRun(join(root, 'runs/a'));
    expect(await ids()).toEqual(['a']);
    expect(warnings).toEqual([]);
  });

  it('that removes a run or a tree of them shows at once', async () => {
    const { root, index, ids } = newIndex(isWatched);
    for (const directory of ['runs/a/r1', 'runs/a/r2', 'runs/b/c/r3', 'p/n/runs/r4', 'p/n/runs/r5']) {
      makeRun(join(root, directory));
    }
    expect(await ids()).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    rmSync(join(root, 'runs/a/r1'), { recursive: true });
    expect(await index.find('r1')).toBeUndefined();
    rmSync(join(root, 'runs/b'), { recursive: true });
    expect(await index.find('r3')).toBeUndefined();
    rmSync(join(root, 'p/n'), { recursive: true });
    expect(await ids()).toEqual(['r2']);
  });

  it('that moves a tree shows at once', async () => {
    const { root, index } = newIndex(isWatched);
    makeRun(join(root, 'runs/a/b/r1'));
    expect(await index.find('r1')).toMatchObject({ path: 'a/b' });
    renameSync(join(root, 'runs/a'), join(root, 'runs/z'));
    expect(await index.find('r1')).toMatchObject({ path: 'z/b', directory: join(root, 'runs/z/b/r1') });
  });

  it.each(['runs/a/r1', 'p/n/runs/r1'])('that deletes or restores a run shows at once: %s', async (directory) => {
    const { root, index, ids } = newIndex(isWatched);
    const mark = join(makeRun(join(root, directory)), '.deleted');
    for (let time = 0; time < 3; time++) {
      expect(await index.find('r1')).toBeDefined();
      expect(await ids()).toEqual(['r1']);
      writeFileSync(mark, '{}');
      expect(await index.find('r1')).toBeUndefined();
      expect(await ids()).toEqual([]);
      rmSync(mark);
    }
  });

  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, '')],
    ['a link to its old place', (path) => symlinkSync('../moved', path)],
  ])('that replaces a run by %s shows at once', async (_, replace) => {
    const { root, index, ids } = newIndex(isWatched);
    const directory = makeRun(join(root, 'p/n/runs/r1'));
    expect(await index.find('r1')).toBeDefined();
    renameSync(directory, join(root, 'p/n/moved'));
    replace(directory);
    expect(await index.find('r1')).toBeUndefined();
    expect(await ids()).toEqual([]);
  });
});

describe.each(WATCHED_OR_NOT)('an id in two places, %s,', (_name, isWatched) => {
  it('is served from the current layout before the legacy one, whatever their ages', async () => {
    const { root, index, warnings } = newIndex(isWatched);
    const legacy = makeRun(join(root, 'p/n/runs/r1'), { 'meta.json': { created_at: 2000 } });
    const current = makeRun(join(root, 'runs/a/r1'), { 'meta.json': { created_at: 1000 } });
    expect(await index.list()).toEqual([{ id: 'r1', directory: current, path: 'a' }]);
    expect(await index.find('r1')).toMatchObject({ directory: current });
    await index.list();
    expect(warnings).toEqual([`run id r1 occurs more than once: serving ${current}, not ${legacy}`]);
  });

  it('is served from the newest by meta.json, as it is now', async () => {
    const { root, index } = newIndex(isWatched);
    const a = makeRun(join(root, 'runs/a/r1'), { 'meta.json': { created_at: 1000 } });
    const b = makeRun(join(root, 'runs/b/r1'), { 'meta.json': { created_at: 2000 } });
    expect(await index.list()).toMatchObject([{ directory: b }]);
    makeRun(a, { 'meta.json': { created_at: 3000 } });
    expect(await index.list()).toMatchObject([{ directory: a }]);
    expect(await index.find('r1')).toMatchObject({ directory: a });
  });

  it('is served from the newest directory where meta.json does not say', async () => {
    const { root, index } = newIndex(isWatched);
    for (const [name, time] of [
      ['a', 1000],
      ['b', 3000],
      ['c', 2000],
    ] as const) {
      fs.utimesSync(makeRun(join(root, 'runs', name, 'r1'), { 'meta.json': '{"created_at": ' }), time, time);
    }
    expect(await index.list()).toMatchObject([{ path: 'b' }]);
  });

  it('is served from the other place once the first is deleted or gone', async () => {
    const { root, index, ids } = newIndex(isWatched);
    const current = makeRun(join(root, 'runs/a/r1'));
    const legacy = makeRun(join(root, 'p/n/runs/r1'));
    await index.list();
    writeFileSync(join(current, '.deleted'), '');
    expect(await index.find('r1')).toMatchObject({ directory: legacy });
    rmSync(join(current, '.deleted'));
    expect(await index.find('r1')).toMatchObject({ directory: current });
    rmSync(current, { recursive: true });
    expect(await index.find('r1')).toMatchObject({ directory: legacy });
    expect(await ids()).toEqual(['r1']);
  });
});

describe.each(WATCHED_OR_NOT)('an unreadable or vanishing directory, %s,', (_name, isWatched) => {
  it('does not keep the others from being served, and is warned of once', async () => {
    const { root, index, ids, warnings } = newIndex(isWatched);
    makeRun(join(root, 'runs/a/r1'));
    makeRun(join(root, 'runs/locked/r2'));
    const legacy = makeRun(join(root, 'p/n/runs/r3'));
    chmodSync(join(root, 'runs/locked'), 0);
    chmodSync(legacy, 0);
    onTestFinished(() => {
      chmodSync(join(root, 'runs/locked'), 0o755);
      chmodSync(legacy, 0o755);
    });
    const restorePrivileges = dropPrivileges();
    expect(await ids()).toEqual(['r1', 'r3']);
    expect(await index.find('r2')).toBeUndefined();
    expect(warnings.toSorted()).toEqual([
      `cannot read directory ${legacy}: EACCES`,
      `cannot read directory ${join(root, 'runs/locked')}: EACCES`,
    ]);
    restorePrivileges();
    chmodSync(join(root, 'runs/locked'), 0o755);
    expect(await index.find('r2')).toBeDefined();
  });

  it.each([
    ['runs/a', ['r1', 'r3', 'r4']],
    ['runs/a/r2', ['r1', 'r3', 'r4']],
    ['p/n', ['r1', 'r2', 'r4']],
    ['p/n/runs/r3', ['r1', 'r2', 'r4']],
  ])('may vanish just before it is read: %s', async (name, others) => {
    const { root, ids, warnings } = newIndex(isWatched);
    for (const directory of ['runs/r1', 'runs/a/r2', 'p/n/runs/r3', 'p/m/runs/r4']) makeRun(join(root, directory));
    const vanishing = join(root, name);
    beforeCall(fs, 'readdir', vanishing, () => rmSync(vanishing, { recursive: true }));
    expect(await ids()).toEqual(others);
    expect(await ids()).toEqual(others);
    expect(warnings).toEqual([]);
  });

  it('that vanishes and comes back in the midst of a scan is found', async () => {
    const { root, index } = newIndex(isWatched);
    const run = makeRun(join(root, 'runs/a/r1'));
    beforeCall(fs, 'lstat', run, () => rmSync(run, { recursive: true }));
    expect(await index.find('r1')).toBeUndefined();
    makeRun(run);
    expect(await index.find('r1')).toBeDefined();
  });

  it('is an error only where the process itself is exhausted', async () => {
    const { root, index, ids } = newIndex(isWatched);
    makeRun(join(root, 'runs/a/r1'));
    let isExhausted = true;
    intercept(fs, 'readdir', (call, args) => {
      const done = args.at(-1);
      if (!isExhausted || args[0] !== join(root, 'runs/a') || typeof done !== 'function') return call();
      return done(Object.assign(new Error('too many open files'), { code: 'EMFILE', syscall: 'scandir' }));
    });
    await expect(index.find('r1')).rejects.toThrow('too many open files');
    isExhausted = false;
    expect(await ids()).toEqual(['r1']);
  });
});

describe('work', () => {
  it('for a known run does not grow with the number of runs', async () => {
    const { index } = storageOf(60);
    await index.list();
    const calls = countCalls(fs, CALLS);
    await index.find('r7');
    expect(calls.take()).toBe(1);
  });

  it('for an unknown id is one call a directory above the runs', async () => {
    const { index } = storageOf(60);
    await index.list();
    const calls = countCalls(fs, CALLS);
    await index.find('nowhere');
    // The root, runs and three segments.
    expect(calls.take()).toBe(5);
  });

  it('for an unchanged list is one call a directory, and nothing is read', async () => {
    const { index } = storageOf(60);
    await index.list();
    const reads = countCalls(fs, ['readdir']);
    const calls = countCalls(fs, ['lstat', 'stat']);
    expect(await index.list()).toHaveLength(60);
    expect(calls.take()).toBe(65);
    expect(reads.take()).toBe(0);
  });

  it('for a new run reads the directory that it is in and the run, none else', async () => {
    const { root, index } = storageOf(60);
    await index.list();
    makeRun(join(root, 'runs/s1/new'));
    fs.utimesSync(join(root, 'runs/s1'), 1000, 1000);
    const reads = countCalls(fs, ['readdir']);
    expect(await index.find('new')).toBeDefined();
    expect(reads.take()).toBe(2);
  });

  it('is shared by lookups that come together', async () => {
    const { index } = storageOf(3);
    await index.list();
    const calls = countCalls(fs, CALLS);
    await Promise.all(Array.from({ length: 100 }, () => index.find('nowhere')));
    expect(calls.take()).toBe(5);
  });

  it('does not undo what later work saw', async () => {
    const { root, index } = newIndex();
    const run = makeRun(join(root, 'runs/r1'));
    await index.list();
    // A list reads the run and is held up; before it goes on, the run is deleted and a lookup sees that.
    const held = holdFirstAnswer(fs, 'readdir', run);
    const list = index.list();
    const release = await held;
    writeFileSync(join(run, '.deleted'), '');
    expect(await index.find('r1')).toBeUndefined();
    release();
    expect(await list).toEqual([]);
    expect(await index.find('r1')).toBeUndefined();
  });

  it('does not bring back what later work saw vanish', async () => {
    const { root, index, ids } = newIndex();
    const run = makeRun(join(root, 'runs/r1'));
    const held = holdFirstAnswer(fs, 'readdir', run);
    const list = index.list();
    const release = await held;
    rmSync(run, { recursive: true });
    expect(await index.find('r1')).toBeUndefined();
    release();
    expect(await list).toEqual([]);
    expect(await ids()).toEqual([]);
  });
});

describe('work on watched directories', () => {
  it('is one call for an unchanged list, since a root that was replaced is not announced', async () => {
    const { index } = storageOf(60, true);
    await index.list();
    const calls = countCalls(fs, CALLS);
    expect(await index.list()).toHaveLength(60);
    expect(calls.take()).toBe(1);
  });

  it('is none for a known run, and none for an unknown id once everything has been looked at', async () => {
    const { index } = storageOf(60, true);
    await index.list();
    await index.find('r7');
    const calls = countCalls(fs, CALLS);
    expect(await index.find('r7')).toBeDefined();
    expect(calls.take()).toBe(0);
    // The root.
    expect(await index.find('nowhere')).toBeUndefined();
    expect(calls.take()).toBe(1);
  });

  it('is the same whatever is logged and measured', async () => {
    const { root, index } = storageOf(3, true);
    await index.list();
    for (const file of ['events.jsonl', 'logs.txt']) writeFileSync(join(root, 'runs/s1/r1', file), 'first\n');
    await index.list();
    const calls = countCalls(fs, CALLS);
    for (const file of ['events.jsonl', 'logs.txt']) appendFileSync(join(root, 'runs/s1/r1', file), 'more\n');
    for (const file of ['status.json.tmp', 'events.jsonl.lock']) writeFileSync(join(root, 'runs/s1/r1', file), '');
    await index.list();
    expect(calls.take()).toBe(1);
  });

  it('is a look at each directory that could not be watched', async () => {
    const { root, index, ids, warnings } = newIndex(true);
    for (let run = 0; run < 6; run++) makeRun(join(root, 'runs/a', `r${run}`));
    agePresent();
    limitWatches(5);
    expect(await ids()).toHaveLength(6);
    expect(warnings).toEqual([expect.stringContaining('cannot watch all directories (ENOSPC')]);
    const calls = countCalls(fs, CALLS);
    expect(await ids()).toHaveLength(6);
    // The root, and of the runs the four that came after the root, runs, a and two of them.
    expect(calls.take()).toBe(5);
    for (let run = 0; run < 6; run++) writeFileSync(join(root, 'runs/a', `r${run}`, '.deleted'), '');
    expect(await ids()).toEqual([]);
    expect(await index.find('r5')).toBeUndefined();
  });

  it('is a look at everything where the file system does not tell of changes', async () => {
    const { index, ids } = storageOf(6, true);
    onNetworkFileSystem();
    const watches = countCalls(fs, ['watch']);
    await ids();
    expect(watches.take()).toBe(0);
    const calls = countCalls(fs, CALLS);
    await ids();
    expect(calls.take()).toBe(11);
    await index.find('r1');
    await index.find('r1');
    // The root once a second, and the run each time.
    expect(calls.take()).toBeLessThanOrEqual(3);
  });

  it('is a new look at everything after so many changes at once that some may not have been told', async () => {
    const { root, ids } = storageOf(6, true);
    const file = join(root, 'runs/s1/r1/events.jsonl');
    await ids();
    // Two files by turns, since changes of one that follow each other are told as one.
    for (let count = 0; count < 2048; count++) {
      appendFileSync(file, '\n');
      appendFileSync(`${file}.2`, '\n');
    }
    const calls = countCalls(fs, ['lstat']);
    expect(await ids()).toHaveLength(6);
    expect(calls.take()).toBe(10);
  });

  it('misses nothing that happens just before a directory is watched again', async () => {
    const { root, ids } = storageOf(6, true);
    const run = makeRun(join(root, 'runs/s1/r1'), { 'events.jsonl': '', 'logs.txt': '' });
    await ids();
    for (let count = 0; count < 2048; count++) {
      appendFileSync(join(run, 'events.jsonl'), '\n');
      appendFileSync(join(run, 'logs.txt'), '\n');
    }
    beforeCall(fs, 'watch', run, () => writeFileSync(join(run, '.deleted'), ''));
    expect(await ids()).toHaveLength(5);
  });
});

describe('a root that is watched', () => {
  it('may come, go and be replaced', async () => {
    const { root, index, ids } = newIndex(true);
    const away = `${root}-away`;
    onTestFinished(() => rmSync(away, { recursive: true, force: true }));
    rmSync(root, { recursive: true });
    expect(await ids()).toEqual([]);
    makeRun(join(root, 'runs/a/r1'));
    expect(await ids()).toEqual(['r1']);
    expect(await index.find('r1')).toBeDefined();
    renameSync(root, away);
    expect(await index.find('r1')).toBeUndefined();
    expect(await ids()).toEqual([]);
    makeRun(join(root, 'runs/a/r2'));
    expect(await ids()).toEqual(['r2']);
    rmSync(root, { recursive: true });
    makeRun(join(root, 'runs/a/r3'));
    expect(await ids()).toEqual(['r3']);
    makeRun(join(root, 'runs/a/r4'));
    expect(await ids()).toEqual(['r3', 'r4']);
  });

  it('may be replaced by a way that leads elsewhere', async () => {
    const { root } = newIndex();
    for (const release of ['one', 'two']) makeRun(join(root, release, 'runs/a', release));
    symlinkSync('one', join(root, 'current'));
    const watches = new DirectoryWatches(() => undefined);
    onTestFinished(() => watches.close());
    const index = placesIn(join(root, 'current'), () => undefined, watches);
    expect(await index.list()).toMatchObject([{ id: 'one' }]);
    rmSync(join(root, 'current'));
    symlinkSync('two', join(root, 'current'));
    expect(await index.list()).toMatchObject([{ id: 'two' }]);
  });
});

describe('a watched tree', () => {
  it('that takes the place of another is not taken for it', async () => {
    const { root, index, ids } = newIndex(true);
    makeRun(join(root, 'runs/a/b/r1'));
    makeRun(join(root, 'spare/b/r2'));
    expect(await ids()).toEqual(['r1']);
    renameSync(join(root, 'runs/a'), join(root, 'runs/old'));
    renameSync(join(root, 'spare'), join(root, 'runs/a'));
    expect(await ids()).toEqual(['r1', 'r2']);
    makeRun(join(root, 'runs/a/b/r3'));
    makeRun(join(root, 'runs/old/b/r4'));
    expect(await ids()).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(await index.find('r4')).toMatchObject({ path: 'old/b' });
  });

  it('is looked at where its parent cannot be watched, since nobody would tell that it was replaced', async () => {
    const { root, index, ids } = newIndex(true);
    const [parent, spare] = [join(root, 'runs/a'), join(root, 'spare')];
    intercept(fs, 'watch', (call, args) => {
      if (args[0] !== parent) return call();
      throw Object.assign(new Error('not permitted'), { code: 'EACCES', syscall: 'watch' });
    });
    makeRun(join(parent, 'b/r1'));
    makeRun(join(spare, 'r2'));
    expect(await ids()).toEqual(['r1']);
    renameSync(join(parent, 'b'), join(root, 'runs/b'));
    renameSync(spare, join(parent, 'b'));
    expect(await index.find('r1')).toMatchObject({ path: 'b' });
    expect(await ids()).toEqual(['r1', 'r2']);
    makeRun(join(parent, 'b/r3'));
    expect(await ids()).toEqual(['r1', 'r2', 'r3']);
  });

  it('lets go of what it does not need any more', async () => {
    const { root, ids } = newIndex(true);
    const open = countOpenWatches();
    for (const run of ['r1', 'r2', 'r3']) makeRun(join(root, 'runs/a', run));
    await ids();
    await expect.poll(open).toBe(6);
    rmSync(join(root, 'runs/a/r1'), { recursive: true });
    renameSync(join(root, 'runs/a/r2'), join(root, 'runs/r2'));
    await ids();
    await expect.poll(open).toBe(5);
    writeFileSync(join(root, 'runs/a/status.json'), '');
    await ids();
    await expect.poll(open).toBe(4);
    rmSync(join(root, 'runs'), { recursive: true });
    await ids();
    await expect.poll(open).toBe(1);
  });
});

describe('a run that is asked for before everything has been looked at', () => {
  it.each(['runs/a/b/20240101_000030_abcdef', 'p/n/runs/20240101_000030_abcdef'])(
    'is found directly: %s',
    async (run) => {
      const { root, index } = newIndex();
      for (const place of ['runs/a', 'runs/a/b', 'runs/c', 'p/n/runs']) {
        for (let count = 10; count < 30; count++) makeRun(join(root, place, `20240101_0000${count}_abcdef`));
      }
      makeRun(join(root, run));
      const calls = countCalls(fs, ['stat', 'lstat']);
      expect(await index.find('20240101_000030_abcdef')).toMatchObject({ directory: join(root, run) });
      expect(calls.take()).toBeLessThan(12);
    },
  );

  it('is found wherever it is', async () => {
    const { root, index } = newIndex();
    makeRun(join(root, 'runs/20240101_000000_abcdef/r1'));
    expect(await index.find('r1')).toMatchObject({ path: '20240101_000000_abcdef' });
  });
});
