import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeStorage, metricsEvent, START, type TestStorage } from '../../../support/storage.ts';
import { isFresh, openCharts, shownWhen, showPanel } from './chart-page.ts';
import { addLiveRun } from './live-storage.ts';

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

it('counts seconds from the start of each run, or tells the moment', async () => {
  await storage.addRun('early', {
    events: [metricsEvent(1, { loss: 1 }, START), metricsEvent(2, { loss: 2 }, START + 10)],
  });
  await storage.addRun('later', { events: [metricsEvent(1, { loss: 3 }, START + 60.5)] });
  const page = await openCharts(storage, ['early', 'later']);
  page.select({ axis: 'relative' });
  const panel = showPanel(page, 'loss');
  expect((await shownWhen(panel, isFresh)).curves.map(({ x }) => x)).toEqual([[0, 10], [0]]);
  page.select({ axis: 'wall' });
  const { curves } = await shownWhen(panel, (shown) => isFresh(shown) && shown.curves[0]?.x[0] === START);
  expect(curves.map(({ x }) => x)).toEqual([[START, START + 10], [START + 60.5]]);
});

it('lays steps out by the epochs that the run logs, and says where it logs none', async () => {
  const rows = Array.from({ length: 8 }, (_, index) =>
    metricsEvent(index, { loss: index, epoch: Math.floor(index / 4) }),
  );
  await storage.addRun('epochs', { events: rows });
  await storage.addRun('none', { events: [metricsEvent(1, { loss: 1 })] });
  const page = await openCharts(storage, ['epochs', 'none']);
  page.select({ axis: 'epoch' });
  const { curves, failures } = await shownWhen(showPanel(page, 'loss'), isFresh);
  expect(curves.map(({ runId, x }) => [runId, x])).toEqual([['epochs', [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]]]);
  expect(failures).toEqual([{ runId: 'none', message: 'not on the axis epoch' }]);
});

it('says why the rows of a run cannot be had, rather than that they have no place', async () => {
  await storage.addRun('well', { events: [metricsEvent(1, { loss: 1, epoch: 0 })] });
  const page = await openCharts(storage, ['well', 'gone']);
  const panel = showPanel(page, 'loss');
  for (const axis of ['wall', 'epoch'] as const) {
    page.select({ axis });
    const { curves, failures } = await shownWhen(panel, (shown) => isFresh(shown) && shown.failures.length > 0);
    expect(curves).toHaveLength(1);
    expect(failures).toEqual([{ runId: 'gone', message: 'There is no such run' }]);
  }
});

it('says that clocks could not be had, and asks for them again when told to', async () => {
  await storage.addRun('clock', { events: [metricsEvent(1, { loss: 1 })] });
  const page = await openCharts(storage, ['clock']);
  page.refuseNext('RunPlaces', 'QUERY_TIMEOUT');
  page.select({ axis: 'wall' });
  const panel = showPanel(page, 'loss');
  const failed = await vi.waitFor(() => {
    const state = panel.state.value;
    if (state.state !== 'failed') throw new Error(state.state);
    return state;
  });
  expect(failed.error).toMatchObject({ code: 'QUERY_TIMEOUT' });
  failed.retry();
  expect((await shownWhen(panel, isFresh)).curves[0]?.x).toEqual([START + 1]);
});

it('asks for the steps of an epoch range, and for the seconds of a range of moments', async () => {
  const rows = Array.from({ length: 9000 }, (_, index) =>
    metricsEvent(index, { loss: index % 17, epoch: Math.floor(index / 1000) }, START + index),
  );
  await storage.addRun('range', { events: rows });
  const page = await openCharts(storage, ['range']);
  page.select({ axis: 'epoch', range: { from: 2.5, to: 3 } });
  const panel = showPanel(page, 'loss');
  const epochs = await shownWhen(panel, isFresh);
  expect(epochs.curves[0]?.isWhole).toBe(true);
  expect(epochs.curves[0]?.x[0]).toBeLessThan(2.5);
  expect(epochs.curves[0]?.x.at(-1)).toBeGreaterThan(3);
  page.select({ axis: 'wall', range: { from: START + 5000, to: START + 5100 } });
  const moments = await shownWhen(panel, (shown) => isFresh(shown) && (shown.curves[0]?.x[0] ?? 0) > START);
  expect(moments.curves[0]?.isWhole).toBe(true);
  expect(moments.curves[0]?.x.length).toBeLessThan(310);
  expect(moments.curves[0]?.x).toContain(START + 5050);
});

it('tells the stages that a run went through, and the one that it enters', async () => {
  const run = await addLiveRun(storage, 'staged', [
    metricsEvent(1, { stage: 'warmup' }),
    metricsEvent(2, { loss: 1 }),
    metricsEvent(3, { stage: 'train' }),
    metricsEvent(4, { stage: 'train' }),
  ]);
  const page = await openCharts(storage, ['staged']);
  const stages = () => page.charts.stages.ofRuns().get('staged');
  const warmup = { label: 'warmup', from: 1, to: 3 };
  await vi.waitFor(() => expect(stages()).toEqual([warmup, { label: 'train', from: 3, to: null }]));
  await run.log(
    metricsEvent(5, { stage: 'train' }),
    metricsEvent(6, { stage: 'eval' }),
    metricsEvent(7, { stage: 'eval' }),
  );
  const train = { label: 'train', from: 3, to: 6 };
  await vi.waitFor(() => expect(stages()).toEqual([warmup, train, { label: 'eval', from: 6, to: null }]), 5000);
  await run.log(metricsEvent(8, { stage: 'eval' }));
  await run.end();
  await vi.waitFor(() => expect(stages()).toEqual([warmup, train, { label: 'eval', from: 6, to: 8 }]), 10_000);
});
