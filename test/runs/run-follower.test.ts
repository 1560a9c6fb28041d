import fs, { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { RunCatalog } from '../../src/runs/run-catalog.ts';
import type { RunFilter } from '../../src/runs/run-filter.ts';
import { RunFollower } from '../../src/runs/run-follower.ts';
import { beforeCall, holdFirstAnswer } from './interception.ts';
import { makeRun, replaceFile, temporaryDirectory } from './storage.ts';

/** Counts how often it is asked for what there is now. */
class CountingCatalog extends RunCatalog {
  looks = 0;

  override listNow() {
    this.looks++;
    return super.listNow();
  }
}

/** A storage in which runs are made, changed and removed, and what follows it. */
function newStorage({ isWatched = true }: { readonly isWatched?: boolean } = {}) {
  const root = temporaryDirectory();
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const catalog = new CountingCatalog(
    { root, followSymlinks: false },
    warn,
    isWatched ? new DirectoryWatches(warn) : undefined,
  );
  const follower = new RunFollower(catalog, warn);
  onTestFinished(() => {
    follower.close();
    catalog.close();
  });
  const at = (id: string) => join(root, 'runs', id);
  return {
    root,
    warnings,
    catalog,
    follower,
    make: (id: string, meta: object = {}) => makeRun(at(id), { 'meta.json': { created_at: 1000, ...meta } }),
    change: (id: string, meta: object) =>
      replaceFile(join(at(id), 'meta.json'), JSON.stringify({ created_at: 1000, ...meta })),
    remove: (id: string) => rmSync(at(id), { recursive: true }),
    follow: async (filter?: RunFilter) => {
      const stream = follower.follow(filter);
      expect(await stream.next()).toMatchObject({ value: { type: 'start' } });
      return async () => (await stream.next()).value;
    },
  };
}

describe('one who sleeps while runs change', () => {
  it('is told once of each, as it is by then, in the order in which they first changed', async () => {
    const { make, change, follow } = newStorage();
    make('a');
    make('b');
    const [sleeper, watcher] = [await follow(), await follow()];
    for (const [id, alias] of [
      ['b', 'one'],
      ['a', 'two'],
      ['b', 'three'],
    ] as const) {
      change(id, { alias });
      expect(await watcher()).toMatchObject({ type: 'changed', run: { id, alias } });
    }
    make('c');
    await watcher();
    expect(await sleeper()).toMatchObject({ type: 'changed', run: { id: 'b', alias: 'three' } });
    expect(await sleeper()).toMatchObject({ type: 'changed', run: { id: 'a', alias: 'two' } });
    expect(await sleeper()).toMatchObject({ type: 'added', run: { id: 'c' } });
  });

  it('is told of those that are again as he was told: he may have asked meanwhile', async () => {
    const { make, change, remove, follow } = newStorage();
    make('changed', { alias: 'old' });
    make('removed');
    const [sleeper, watcher] = [await follow(), await follow()];
    make('came');
    expect(await watcher()).toMatchObject({ type: 'added', run: { id: 'came' } });
    remove('came');
    expect(await watcher()).toEqual({ type: 'removed', id: 'came' });
    for (const alias of ['new', 'old']) {
      change('changed', { alias });
      expect(await watcher()).toMatchObject({ type: 'changed', run: { alias } });
    }
    remove('removed');
    expect(await watcher()).toEqual({ type: 'removed', id: 'removed' });
    make('removed');
    expect(await watcher()).toMatchObject({ type: 'added', run: { id: 'removed' } });
    expect(await sleeper()).toEqual({ type: 'removed', id: 'came' });
    expect(await sleeper()).toMatchObject({ type: 'changed', run: { id: 'changed', alias: 'old' } });
    expect(await sleeper()).toMatchObject({ type: 'changed', run: { id: 'removed' } });
  });

  it('is told that a run came, however it has changed since', async () => {
    const { make, change, follow } = newStorage();
    const [sleeper, watcher] = [await follow({ text: 'wanted' }), await follow()];
    make('a', { alias: 'other' });
    await watcher();
    change('a', { alias: 'wanted' });
    await watcher();
    change('a', { alias: 'wanted, too' });
    await watcher();
    expect(await sleeper()).toMatchObject({ type: 'added', run: { alias: 'wanted, too' } });
  });
});

it('more changes at once than are told at a stretch are all told, each once', async () => {
  const { root, make, follow } = newStorage();
  const ids = Array.from({ length: 510 }, (_, run) => `run-${String(run).padStart(4, '0')}`);
  for (const id of ids) make(id);
  const next = await follow();
  fs.renameSync(join(root, 'runs'), join(root, 'archive'));
  const gone: string[] = [];
  while (gone.length < ids.length) {
    const event = await next();
    if (event?.type !== 'removed') throw new Error(`unexpected ${JSON.stringify(event)}`);
    gone.push(event.id);
  }
  expect(gone.toSorted()).toEqual(ids);
});

it('all who follow share the looking, and nobody looks when none is left', async () => {
  const { make, follower, catalog } = newStorage();
  const streams = Array.from({ length: 200 }, () => follower.follow(null));
  await Promise.all(streams.map((stream) => stream.next()));
  const looksBefore = catalog.looks;
  make('a');
  await Promise.all(streams.map((stream) => stream.next()));
  // It may have been seen before its file was there.
  expect(catalog.looks - looksBefore).toBeLessThan(5);
  for (const stream of streams) await stream.return?.();
  const looksAfter = catalog.looks;
  const other = new RunFollower(
    new RunCatalog({ root: catalog.root, followSymlinks: false }, () => undefined),
    () => undefined,
  );
  const stream = other.follow(null);
  await stream.next();
  make('b');
  await stream.next();
  await stream.return?.();
  expect(catalog.looks).toBe(looksAfter);
});

it('changes that are announced are seen without waiting for the time to look', async () => {
  const { catalog, make, follow } = newStorage();
  vi.spyOn(catalog, 'maxAge', 'get').mockReturnValue(1e9);
  const next = await follow();
  // The first may be seen by the look with which the watch begins.
  for (const id of ['a', 'b']) {
    make(id);
    expect(await next()).toMatchObject({ type: 'added', run: { id } });
  }
});

it('changes that nobody announces are seen too', async () => {
  const { make, change, follow } = newStorage({ isWatched: false });
  make('a');
  const next = await follow();
  change('a', { alias: 'new' });
  expect(await next()).toMatchObject({ type: 'changed', run: { id: 'a', alias: 'new' } });
});

describe('a stream', () => {
  it('begins with the runs that can be asked for, though newer ones are there already', async () => {
    const { make, catalog, follow } = newStorage();
    make('a');
    await catalog.list();
    make('b');
    const next = await follow();
    expect(await next()).toMatchObject({ type: 'added', run: { id: 'b' } });
  });

  it('tells all that is not in a list that was given since it began, though it did not ask for that list itself', async () => {
    const { make, remove, catalog, follow } = newStorage();
    const next = await follow();
    // Before the watch looks, which it does when others have had their turn.
    make('a');
    expect(await catalog.listNow()).toMatchObject([{ id: 'a' }]);
    remove('a');
    expect(await catalog.listNow()).toEqual([]);
    expect(await next()).toEqual({ type: 'removed', id: 'a' });
  });

  it('can be left while it waits for an event', async () => {
    const { follower } = newStorage();
    const stream = follower.follow(null);
    await stream.next();
    const event = stream.next();
    expect(await stream.return?.()).toMatchObject({ done: true });
    expect(await event).toMatchObject({ done: true });
  });

  it('can be left while the runs are looked for', async () => {
    const { root, follower, make } = newStorage();
    make('a');
    const held = holdFirstAnswer(fs, 'stat', root);
    const stream = follower.follow(null);
    const start = stream.next();
    const release = await held;
    expect(await stream.return?.()).toMatchObject({ done: true });
    expect(await start).toMatchObject({ done: true });
    release();
  });

  it('ends with the follower, as does one that is begun later', async () => {
    const { follower } = newStorage();
    const stream = follower.follow(null);
    await stream.next();
    const event = stream.next();
    follower.close();
    expect(await event).toMatchObject({ done: true });
    expect(await follower.follow(null).next()).toMatchObject({ done: true });
  });

  it('fails where the runs cannot be listed, and the next one does not', async () => {
    const { root, follower } = newStorage();
    beforeCall(fs, 'stat', root, () => {
      throw new TypeError('out of order');
    });
    await expect(follower.follow(null).next()).rejects.toThrow('out of order');
    expect(await follower.follow(null).next()).toMatchObject({ value: { type: 'start' } });
  });

  it('goes on after looks that failed, of which the operator is told once', async () => {
    const { root, follow, make, warnings } = newStorage();
    const next = await follow();
    beforeCall(fs, 'stat', root, () => {
      beforeCall(fs, 'stat', root, () => {
        throw new TypeError('still out of order');
      });
      throw new TypeError('out of order');
    });
    make('a');
    expect(await next()).toMatchObject({ type: 'added', run: { id: 'a' } });
    expect(warnings).toEqual(['cannot see which runs changed: TypeError: out of order']);
  });
});
