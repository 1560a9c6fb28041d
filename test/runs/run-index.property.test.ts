import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { RunIndex } from '../../src/runs/run-index.ts';
import { temporaryDirectory } from './storage.ts';

const IDS = ['r1', 'r2'];
const PLACES = ['runs', 'runs/a', 'runs/a/b', 'p/n/runs'];

const id = fc.constantFrom(...IDS);
const run = fc.tuple(fc.constantFrom(...PLACES), id).map(([place, name]) => `${place}/${name}`);
const segment = fc.constantFrom('runs', 'runs/a', 'runs/a/b', 'p', 'p/n');
const mark = fc.constantFrom('meta.json', 'status.json');
const createdAt = fc.constantFrom(undefined, 1000, 2000);

/** What may happen to a storage by `kind`; what cannot happen does nothing. */
type Operation =
  | { readonly kind: 'create'; readonly target: string; readonly file: string; readonly createdAt: number | undefined }
  | { readonly kind: 'write' | 'erase'; readonly target: string; readonly file: string }
  | { readonly kind: 'remove'; readonly target: string }
  | { readonly kind: 'move'; readonly target: string; readonly destination: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'find'; readonly id: string };

const simpleOperation = fc.oneof<fc.Arbitrary<Operation>[]>(
  fc.record({ kind: fc.constant('create'), target: run, file: mark, createdAt }),
  fc.record({ kind: fc.constantFrom('write', 'erase'), target: run, file: fc.constant('.deleted') }),
  fc.record({ kind: fc.constant('remove'), target: fc.oneof(run, segment) }),
  fc.record({ kind: fc.constant('move'), target: segment, destination: segment }),
  fc.record({ kind: fc.constant('list') }),
  fc.record({ kind: fc.constant('find'), id }),
);

/** Also what turns segments into runs and back, and runs below runs. */
const anyOperation = fc.oneof<fc.Arbitrary<Operation>[]>(
  simpleOperation,
  fc.record({ kind: fc.constantFrom('write', 'erase'), target: fc.oneof(run, segment), file: mark }),
  fc.record({ kind: fc.constant('create'), target: run.map((outer) => `${outer}/${IDS[0]}`), file: mark, createdAt }),
);

class Storage {
  readonly root = temporaryDirectory();
  readonly index: RunIndex;
  #time = 1000;

  constructor(isWatched: boolean) {
    const watches = isWatched ? new DirectoryWatches(() => undefined) : undefined;
    onTestFinished(() => watches?.close());
    this.index = new RunIndex({ root: this.root, followSymlinks: false }, () => undefined, watches);
  }

  /** The index of a gateway that starts now. */
  fresh(): RunIndex {
    return new RunIndex({ root: this.root, followSymlinks: false }, () => undefined);
  }

  async perform(operation: Operation): Promise<void> {
    if (operation.kind === 'list') await this.index.list();
    else if (operation.kind === 'find') await this.index.find(operation.id);
    else this.#change(operation);
  }

  #change(operation: Exclude<Operation, { kind: 'list' | 'find' }>): void {
    const target = join(this.root, operation.target);
    if (operation.kind === 'create') {
      this.#makeDirectory(target);
      writeFileSync(join(target, operation.file), JSON.stringify({ created_at: operation.createdAt }));
      this.#touch(target);
      return;
    }
    if (!existsSync(target)) return;
    if (operation.kind === 'remove') {
      rmSync(target, { recursive: true });
      this.#touch(dirname(target));
    } else if (operation.kind === 'move') {
      const destination = join(this.root, operation.destination);
      if (existsSync(destination) || destination.startsWith(`${target}/`)) return;
      this.#makeDirectory(dirname(destination));
      renameSync(target, destination);
      this.#touch(dirname(target));
      this.#touch(dirname(destination));
    } else {
      if (operation.kind === 'write') writeFileSync(join(target, operation.file), '{}');
      else rmSync(join(target, operation.file), { force: true });
      this.#touch(target);
    }
  }

  #makeDirectory(path: string): void {
    if (existsSync(path)) return;
    this.#makeDirectory(dirname(path));
    mkdirSync(path);
    this.#touch(dirname(path));
  }

  /** No two changes look alike, not even on a file system with coarse times. */
  #touch(directory: string): void {
    this.#time += 1;
    utimesSync(directory, this.#time, this.#time);
  }
}

const sorted = async (index: RunIndex) =>
  (await index.list()).map(({ location }) => location).toSorted((a, b) => (a.id < b.id ? -1 : 1));

it.each([
  ['young', 0, false],
  ['old', 60_000, false],
  ['watched', 0, true],
])('whatever happened, an index lists what a fresh one lists, be the directories %s', async (_, ahead, isWatched) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ahead });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const law = fc.asyncProperty(fc.array(anyOperation, { maxLength: 60, size: 'max' }), async (operations) => {
    const storage = new Storage(isWatched);
    for (const operation of operations) {
      await storage.perform(operation);
    }
    expect(await sorted(storage.index)).toEqual(await sorted(storage.fresh()));
  });
  await fc.assert(law, { numRuns: 50 });
});

it.each([
  ['not watched', false],
  ['watched', true],
])('whatever happened, an index that is %s finds an id if and only if a fresh one does', async (_, isWatched) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const law = fc.asyncProperty(fc.array(simpleOperation, { maxLength: 60, size: 'max' }), async (operations) => {
    const storage = new Storage(isWatched);
    for (const operation of operations) {
      await storage.perform(operation);
    }
    for (const name of IDS) {
      const found = await storage.index.find(name);
      const isThere = (await storage.fresh().find(name)) !== undefined;
      expect(found !== undefined && existsSync(found.location.directory)).toBe(isThere);
    }
  });
  await fc.assert(law, { numRuns: 50 });
});
