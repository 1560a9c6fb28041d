import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { DirectoryWatches } from '../../src/runs/directory-watches.ts';
import { RunCatalog } from '../../src/runs/run-catalog.ts';
import { conditionOf, type RunFilter } from '../../src/runs/run-filter.ts';
import { RunFollower } from '../../src/runs/run-follower.ts';
import type { RunRecord } from '../../src/runs/run-record.ts';
import { temporaryDirectory } from './storage.ts';

const PLACES = ['runs', 'runs/a', 'runs/a/b', 'p/n/runs'];

const run = fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom('r1', 'r2', 'r3')).map((names) => names.join('/'));
const folder = fc.constantFrom('runs', 'runs/a', 'runs/a/b', 'p', 'p/n');
const content = fc.oneof(
  fc.record({
    file: fc.constant('status.json'),
    text: fc.constantFrom('{"status": "failed"}', '{"status": "finished"}'),
  }),
  fc.record({ file: fc.constant('meta.json'), text: fc.constantFrom('{"created_at": 1}', '{"created_at": 2}', '{') }),
  fc.record({ file: fc.constant('summary.json'), text: fc.constantFrom('{"best_metric_name": "loss"}', '{}') }),
  fc.record({ file: fc.constantFrom('.deleted', 'events.jsonl'), text: fc.constant('') }),
);

/** What may happen to a storage; what cannot happen does nothing. */
type Operation =
  | {
      readonly kind: 'write';
      readonly target: string;
      readonly content: { readonly file: string; readonly text: string };
    }
  | { readonly kind: 'erase'; readonly target: string; readonly file: string }
  | { readonly kind: 'remove'; readonly target: string }
  | { readonly kind: 'move'; readonly target: string; readonly destination: string }
  /** Nothing happens for so long that what did before may be seen. */
  | { readonly kind: 'pause' };

const operation = fc.oneof<fc.WeightedArbitrary<Operation>[]>(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write'), target: run, content }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('erase'),
      target: run,
      file: fc.constantFrom('.deleted', 'meta.json', 'status.json'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), target: fc.oneof(run, folder) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move'), target: folder, destination: folder }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause') }) },
);

const filter = fc.constantFrom<RunFilter[]>({}, { status: ['failed'] }, { pathPrefix: 'a' }, { text: 'r1' });

async function perform(root: string, step: Operation): Promise<void> {
  if (step.kind === 'pause') {
    await setTimeout(25);
    return;
  }
  const target = join(root, step.target);
  if (step.kind === 'write') {
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, step.content.file), step.content.text);
  } else if (step.kind === 'erase') rmSync(join(target, step.file), { force: true });
  else if (step.kind === 'remove') rmSync(target, { recursive: true, force: true });
  else {
    const destination = join(root, step.destination);
    if (!existsSync(target) || existsSync(destination) || destination.startsWith(`${target}/`)) return;
    mkdirSync(dirname(destination), { recursive: true });
    renameSync(target, destination);
  }
}

async function performAll(root: string, operations: readonly Operation[]): Promise<void> {
  for (const step of operations) await perform(root, step);
}

/** What a query finds, by id. */
async function ask(catalog: RunCatalog, wanted: RunFilter): Promise<Map<string, RunRecord>> {
  const runs = (await catalog.list()).filter(conditionOf(wanted));
  return new Map(runs.map((record) => [record.id, record]));
}

/** What a client that begins now would be told. */
const askAnew = (root: string, wanted: RunFilter) =>
  ask(new RunCatalog({ root, followSymlinks: false }, () => undefined), wanted);

it.each([
  ['watched', true],
  ['not watched', false],
])('a query and what was told since are what a new query finds, in a storage that is %s', async (_, isWatched) => {
  const law = fc.asyncProperty(
    filter,
    fc.array(operation, { maxLength: 8 }),
    fc.array(operation, { maxLength: 8 }),
    fc.array(operation, { minLength: 1, maxLength: 16 }),
    async (wanted, before, between, after) => {
      const root = temporaryDirectory();
      const watches = isWatched ? new DirectoryWatches(() => undefined) : undefined;
      const catalog = new RunCatalog({ root, followSymlinks: false }, () => undefined, watches);
      onTestFinished(() => catalog.close());
      await performAll(root, before);
      const events = new RunFollower(catalog, () => undefined).follow(wanted);
      await events.next();
      await performAll(root, between);
      const state = await ask(catalog, wanted);
      await performAll(root, after);
      const expected = await askAnew(root, wanted);
      // Every event of one run may be the last: only what is missing yet is waited for.
      while (!isDeepStrictEqual(state, expected)) {
        const { value: event } = await events.next();
        if (event === undefined || event.type === 'start') throw new Error('the stream begins or ends');
        const id = event.type === 'removed' ? event.id : event.run.id;
        if (event.type === 'removed') state.delete(id);
        else state.set(id, event.run);
      }
      expect(state).toEqual(expected);
      await events.return?.();
    },
  );
  await fc.assert(law, { numRuns: isWatched ? 30 : 4, endOnFailure: true });
});
