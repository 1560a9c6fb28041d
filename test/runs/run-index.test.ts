import fs, { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RunIndex } from '../../src/runs/run-index.ts';
import { beforeCall, countCalls, holdFirstAnswer, intercept } from './interception.ts';
import { dropPrivileges } from './privileges.ts';
import { makeFifo, makeRun, temporaryDirectory } from './storage.ts';

const CALLS = ['lstat', 'stat', 'readdir'];

/** An index over a new storage, and what it warned of. */
function newIndex() {
  const root = temporaryDirectory();
  const warnings: string[] = [];
  const index = new RunIndex(root, (message) => warnings.push(message));
  const ids = async () => (await index.list()).map(({ id }) => id).toSorted();
  return { root, index, warnings, ids };
}

/** Puts the clock so far ahead that everything on disk is old, and what was read of it is trusted. */
function agePresent(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** A storage of runs in three segments, long unchanged. */
function storageOf(runs: number) {
  const storage = newIndex();
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
    const index = new RunIndex(join(root, 'link'), () => undefined);
    expect(await index.find('r1')).toMatchObject({ directory: join(root, 'link/runs/r1') });
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

describe('a change on disk', () => {
  it('that makes a run shows at once, in a new or a known directory of either layout', async () => {
    const { root, index, ids } = newIndex();
    for (const directory of ['runs/r1', 'runs/a/b/r2', 'runs/a/b/r3', 'p/n/runs/r4', 'p/n/runs/r5', 'p/m/runs/r6']) {
      const id = directory.slice(-2);
      expect(await index.find(id)).toBeUndefined();
      makeRun(join(root, directory));
      expect(await index.find(id)).toMatchObject({ id, directory: join(root, directory) });
      expect(await ids()).toContain(id);
    }
  });

  it('that makes a run is never missed by a lookup that comes during a refresh', async () => {
    const { root, index } = newIndex();
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
    const { root, index, ids } = newIndex();
    makeRun(join(root, 'runs/a/b/r1'));
    expect(await ids()).toEqual(['r1']);
    writeFileSync(join(root, 'runs/a/status.json'), '');
    expect(await index.find('a')).toEqual({ id: 'a', directory: join(root, 'runs/a'), path: null });
    expect(await ids()).toEqual(['a']);
    expect(await index.find('r1')).toBeUndefined();
  });

  it('that makes a run a segment shows at once, and what is below it is a run', async () => {
    const { root, index, ids, warnings } = newIndex();
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
    const { root, index, ids } = newIndex();
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
    const { root, index } = newIndex();
    makeRun(join(root, 'runs/a/b/r1'));
    expect(await index.find('r1')).toMatchObject({ path: 'a/b' });
    renameSync(join(root, 'runs/a'), join(root, 'runs/z'));
    expect(await index.find('r1')).toMatchObject({ path: 'z/b', directory: join(root, 'runs/z/b/r1') });
  });

  it.each(['runs/a/r1', 'p/n/runs/r1'])('that deletes or restores a run shows at once: %s', async (directory) => {
    const { root, index, ids } = newIndex();
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
    const { root, index, ids } = newIndex();
    const directory = makeRun(join(root, 'p/n/runs/r1'));
    expect(await index.find('r1')).toBeDefined();
    renameSync(directory, join(root, 'p/n/moved'));
    replace(directory);
    expect(await index.find('r1')).toBeUndefined();
    expect(await ids()).toEqual([]);
  });
});

describe('an id in two places', () => {
  it('is served from the current layout before the legacy one, whatever their ages', async () => {
    const { root, index, warnings } = newIndex();
    const legacy = makeRun(join(root, 'p/n/runs/r1'), { 'meta.json': { created_at: 2000 } });
    const current = makeRun(join(root, 'runs/a/r1'), { 'meta.json': { created_at: 1000 } });
    expect(await index.list()).toEqual([{ id: 'r1', directory: current, path: 'a' }]);
    expect(await index.find('r1')).toMatchObject({ directory: current });
    await index.list();
    expect(warnings).toEqual([`run id r1 occurs more than once: serving ${current}, not ${legacy}`]);
  });

  it('is served from the newest by meta.json, as it is now', async () => {
    const { root, index } = newIndex();
    const a = makeRun(join(root, 'runs/a/r1'), { 'meta.json': { created_at: 1000 } });
    const b = makeRun(join(root, 'runs/b/r1'), { 'meta.json': { created_at: 2000 } });
    expect(await index.list()).toMatchObject([{ directory: b }]);
    makeRun(a, { 'meta.json': { created_at: 3000 } });
    expect(await index.list()).toMatchObject([{ directory: a }]);
    expect(await index.find('r1')).toMatchObject({ directory: a });
  });

  it('is served from the newest directory where meta.json does not say', async () => {
    const { root, index } = newIndex();
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
    const { root, index, ids } = newIndex();
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

describe('an unreadable or vanishing directory', () => {
  it('does not keep the others from being served, and is warned of once', async () => {
    const { root, index, ids, warnings } = newIndex();
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
    const { root, ids, warnings } = newIndex();
    for (const directory of ['runs/r1', 'runs/a/r2', 'p/n/runs/r3', 'p/m/runs/r4']) makeRun(join(root, directory));
    const vanishing = join(root, name);
    beforeCall(fs, 'readdir', vanishing, () => rmSync(vanishing, { recursive: true }));
    expect(await ids()).toEqual(others);
    expect(await ids()).toEqual(others);
    expect(warnings).toEqual([]);
  });

  it('that vanishes and comes back in the midst of a scan is found', async () => {
    const { root, index } = newIndex();
    const run = makeRun(join(root, 'runs/a/r1'));
    beforeCall(fs, 'lstat', run, () => rmSync(run, { recursive: true }));
    expect(await index.find('r1')).toBeUndefined();
    makeRun(run);
    expect(await index.find('r1')).toBeDefined();
  });

  it('is an error only where the process itself is exhausted', async () => {
    const { root, index, ids } = newIndex();
    makeRun(join(root, 'runs/a/r1'));
    let isExhausted = true;
    intercept(fs, 'readdir', (call, args) => {
      const done = args.at(-1);
      if (!isExhausted || typeof done !== 'function') return call();
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
