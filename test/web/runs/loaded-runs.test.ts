import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Order } from '../../../web/address/order.ts';
import {
  appendPage,
  mayHaveMoved,
  NOTHING_LOADED,
  type Run,
  replaceRun,
  shiftOf,
} from '../../../web/runs/loaded-runs.ts';

function run(runId: string, change: Partial<Run> = {}): Run {
  return {
    runId,
    path: null,
    alias: null,
    tags: [],
    status: 'RUNNING',
    createdAt: '2024-01-01T00:00:00Z',
    endedAt: null,
    bestMetric: null,
    ...change,
  };
}

function page(ids: readonly string[], endCursor: string | null, totalCount = 9) {
  return { totalCount, pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes: ids.map((id) => run(id)) };
}

function idsOf(runs: readonly Run[]): readonly string[] {
  return runs.map(({ runId }) => runId);
}

const ids = fc.uniqueArray(fc.integer({ min: 0, max: 20 }).map(String), { maxLength: 12 });

it('a page goes behind those that are loaded, and tells where the next one begins', () => {
  const first = appendPage(NOTHING_LOADED, page(['a', 'b'], 'after b'));
  expect(first).toMatchObject({ total: 9, cursor: 'after b' });
  const second = appendPage(first, page(['c'], null, 3));
  expect(idsOf(second.runs)).toEqual(['a', 'b', 'c']);
  expect(second).toMatchObject({ total: 3, cursor: null });
});

it('no run is there twice, whatever pages come while runs move', () => {
  fc.assert(
    fc.property(fc.array(ids), (pages) => {
      const { runs } = pages.reduce((loaded, each) => appendPage(loaded, page(each, 'more')), NOTHING_LOADED);
      expect(new Set(idsOf(runs)).size).toBe(runs.length);
      expect(idsOf(runs).slice(runs.length - (pages.at(-1)?.length ?? 0))).toEqual(pages.at(-1) ?? []);
    }),
  );
});

it('a run that has changed is replaced where it is, and another is not put in', () => {
  const loaded = appendPage(NOTHING_LOADED, page(['a', 'b', 'c'], null));
  expect(replaceRun(loaded, run('b', { alias: 'new' })).runs.map(({ alias }) => alias)).toEqual([null, 'new', null]);
  expect(replaceRun(loaded, run('d'))).toBe(loaded);
});

it('a run may have moved where what it is sorted by has changed', () => {
  const order = (field: 'STATUS' | 'PATH' | 'BEST_METRIC' | 'CREATED_AT') => ({ field, direction: 'ASC' }) as const;
  const ended = run('a', { status: 'FINISHED' });
  expect(mayHaveMoved(run('a'), ended, order('STATUS'))).toBe(true);
  expect(mayHaveMoved(run('a'), ended, order('PATH'))).toBe(false);
  const better = run('a', { bestMetric: { name: 'loss', value: 1, step: null } });
  expect(mayHaveMoved(run('a'), better, order('BEST_METRIC'))).toBe(true);
  expect(mayHaveMoved(better, { ...better, alias: 'new' }, order('BEST_METRIC'))).toBe(false);
  const trained = run('a', { config: { optimizer: { lr: 0.1, betas: [0.9, 0.99] } } });
  const by = (name: string): Order => ({ field: 'CONFIG', name, direction: 'ASC' });
  expect(mayHaveMoved(trained, run('a', { config: { optimizer: { lr: 0.2 } } }), by('optimizer.lr'))).toBe(true);
  expect(mayHaveMoved(trained, structuredClone(trained), by('optimizer.lr'))).toBe(false);
  expect(mayHaveMoved(trained, structuredClone(trained), by('optimizer.betas'))).toBe(false);
  // One that is not loaded may now belong among those that are; but not by when it was created.
  expect(mayHaveMoved(undefined, ended, order('STATUS'))).toBe(true);
  expect(mayHaveMoved(undefined, ended, order('CREATED_AT'))).toBe(false);
});

it('the list has shifted as far as the first row in view that is still there', () => {
  fc.assert(
    fc.property(ids, ids, fc.nat(12), (before, after, row) => {
      const shift = shiftOf(
        before.map((id) => run(id)),
        after.map((id) => run(id)),
        row,
      );
      const anchor = before.findIndex((id, index) => index >= row && after.includes(id));
      expect(shift).toBe(anchor < 0 ? 0 : after.indexOf(before[anchor] ?? '') - anchor);
    }),
  );
});
