import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LiveRun } from '../../../../web/charts/data/live-run.ts';
import type { LiveEvent } from '../../../../web/charts/data/metric-delta.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../../../support/storage.ts';
import { openCharts } from './chart-page.ts';
import { addLiveRun } from './live-storage.ts';

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

/** The numbers of a column that a run tells, by step. */
function watchColumn(run: LiveRun, column: string) {
  const told = new Map<number | null, number | null | undefined>();
  const take = (event: LiveEvent) => {
    if (event.__typename !== 'MetricDelta') return;
    const { x, series } = event.frame;
    const values = series.find(({ name }) => name === column)?.values;
    for (const [index, step] of x.entries()) told.set(step, values?.[index]);
  };
  return { told, end: run.watch(column, take) };
}

it('tells of a column what came since it is watched, also before the subscription that has it', async () => {
  const writer = await addLiveRun(storage, 'joined', [metricsEvent(1, { loss: 1, accuracy: 1 })]);
  await openCharts(storage, []);
  const run = new LiveRun('joined', 'STEP', () => {});
  expect(await run.ready()).toBe(true);
  const accuracy = watchColumn(run, 'accuracy');
  await writer.log(metricsEvent(2, { loss: 2, accuracy: 2 }));
  await vi.waitFor(() => expect(accuracy.told.get(2)).toBe(2));

  // The next subscription begins when the test says so.
  let subscribeAnew: (() => void) | undefined;
  const later = setTimeout;
  vi.stubGlobal('setTimeout', (begin: () => void) => {
    subscribeAnew = begin;
  });
  const loss = watchColumn(run, 'loss');
  vi.stubGlobal('setTimeout', later);
  await writer.log(metricsEvent(3, { loss: 3, accuracy: 3 }));
  await vi.waitFor(() => expect(accuracy.told.get(3)).toBe(3));
  expect(loss.told).toEqual(new Map());
  subscribeAnew?.();
  await vi.waitFor(() => expect(loss.told).toEqual(new Map([[3, 3]])));
  accuracy.end();
  loss.end();
});

it('says where a run has no rows to follow', async () => {
  await openCharts(storage, []);
  expect(await new LiveRun('nowhere', 'STEP', () => {}).ready()).toBe(false);
});
