import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { effect } from '@preact/signals';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeStorage, metricsEvent, START, type TestStorage } from '../../../support/storage.ts';
import { type ChartPage, openCharts, shownWhen, showPanel } from './chart-page.ts';
import { addLiveRun } from './live-storage.ts';

const SLOW = { timeout: 15_000 };

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

it('knows what compared runs are called, and how they end', async () => {
  const run = await addLiveRun(storage, 'ends', [metricsEvent(1, { loss: 1 })]);
  const page = await openCharts(storage, ['ends', 'nowhere']);
  const facts = page.charts.facts;
  await vi.waitFor(() => expect(facts.of('ends')).toMatchObject({ state: 'known', status: 'RUNNING' }), SLOW);
  expect(facts.of('ends')).toMatchObject({ name: 'the ends', path: null, config: null });
  await vi.waitFor(() => expect(facts.of('nowhere')).toEqual({ state: 'missing' }), SLOW);
  await run.end();
  await vi.waitFor(() => expect(facts.of('ends')).toMatchObject({ status: 'FINISHED' }), SLOW);
  await rm(join(storage.root, 'runs', 'ends'), { recursive: true });
  await vi.waitFor(() => expect(facts.of('ends')).toEqual({ state: 'missing' }), SLOW);
});

it('asks again to be told how runs end where the gateway has refused to tell', async () => {
  const run = await addLiveRun(storage, 'told', [metricsEvent(1, { loss: 1 })]);
  // Not for as long as for a gateway that has to recover.
  const later = setTimeout;
  vi.stubGlobal('setTimeout', (act: () => void, pause: number, ...rest: readonly unknown[]) =>
    later(act, pause === 5000 ? 50 : pause, ...rest),
  );
  const page = await openCharts(storage, ['told']);
  page.refuseNext('ComparedRunChanges', 'QUERY_TIMEOUT');
  await vi.waitFor(() => expect(page.charts.facts.of('told')).toMatchObject({ status: 'RUNNING' }), SLOW);
  await run.end();
  await vi.waitFor(() => expect(page.charts.facts.of('told')).toMatchObject({ status: 'FINISHED' }), SLOW);
});

const namesOf = ({ charts }: ChartPage, place: number) => {
  const names = charts.names.ofRuns()[place];
  return names?.state === 'known' ? names.names.filter((name) => name !== 'time') : names?.state;
};

it('names the columns that hold numbers, page by page', async () => {
  const many = Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`m/${index}`, index]));
  await storage.addRun('many', { events: [metricsEvent(1, { ...many, stage: 'train' })] });
  const page = await openCharts(storage, ['many', 'nowhere']);
  await vi.waitFor(() => expect(namesOf(page, 0)).toEqual(Object.keys(many)), SLOW);
  expect(namesOf(page, 1)).toBe('missing');
});

it('names what a run that trains logs for the first time', async () => {
  const run = await addLiveRun(storage, 'growing', [metricsEvent(1, { first: 1 })]);
  const page = await openCharts(storage, ['growing']);
  await vi.waitFor(() => expect(namesOf(page, 0)).toEqual(['first']), SLOW);
  await run.log(metricsEvent(2, { later: 1 }));
  await vi.waitFor(() => expect(namesOf(page, 0)).toEqual(['first', 'later']), SLOW);
});

it.each([
  ['that is looked at', 'time', true],
  ['that is not looked at', 'wall_time', false],
])('names the columns of another file of a run %s, without a moment that has none', async (id, clock, isLookedAt) => {
  const run = await addLiveRun(storage, id, [{ type: 'metrics', data: { step: 1, old: 1, time: START } }]);
  const page = await openCharts(storage, [id]);
  const known: unknown[] = [];
  const stop = effect(() => void known.push(namesOf(page, 0)));
  if (isLookedAt) await shownWhen(showPanel(page, 'old'), (shown) => shown.curves.length === 1);
  await vi.waitFor(() => expect(known).toContainEqual(['old']), SLOW);
  const other = { type: 'metrics', data: { step: 1, other: 1, [clock]: START } };
  await run.rewrite(other, other);
  await vi.waitFor(() => expect(known.at(-1)).toContain('other'), SLOW);
  stop();
  expect(known.at(-1)).not.toContain('old');
  expect(known).not.toContainEqual([]);
});

it('shows a run that comes after it was asked for', async () => {
  const page = await openCharts(storage, ['comes']);
  page.select({ axis: 'wall' });
  const panel = showPanel(page, 'loss');
  await shownWhen(panel, (shown) => shown.failures.length === 1);
  await storage.addRun('comes', { events: [metricsEvent(1, { loss: 3 })] });
  const { curves, failures } = await shownWhen(panel, (shown) => shown.curves.length === 1);
  expect([curves[0]?.x, curves[0]?.values, failures]).toEqual([[START + 1], [3], []]);
  await vi.waitFor(() => expect(namesOf(page, 0)).toEqual(['loss']), SLOW);
});

it('shows a run that trains again when its file can be read again', async () => {
  const run = await addLiveRun(storage, 'unreadable', [metricsEvent(1, { loss: 1 })]);
  const page = await openCharts(storage, ['unreadable']);
  const panel = showPanel(page, 'loss');
  await shownWhen(panel, (shown) => shown.curves.length === 1);
  await run.makeUnreadable();
  await shownWhen(panel, (shown) => shown.failures.length === 1);
  await run.rewrite(metricsEvent(1, { loss: 3 }));
  await shownWhen(panel, ({ curves: [curve], failures }) => curve?.values[0] === 3 && failures.length === 0);
  await run.log(metricsEvent(2, { loss: 4 }));
  const { curves } = await shownWhen(panel, (shown) => shown.curves[0]?.x.length === 2);
  expect(curves[0]?.values).toEqual([3, 4]);
});

it('follows each run that trains by one subscription, of what is looked at', async () => {
  const events = [metricsEvent(1, { loss: 1, accuracy: 1, lr: 1 })];
  const run = await addLiveRun(storage, 'shared', events);
  const page = await openCharts(storage, ['shared']);
  const panels = ['loss', 'accuracy', 'lr'].map((metric) => showPanel(page, metric));
  for (const panel of panels) await shownWhen(panel, (shown) => shown.curves.length === 1);
  await run.log(metricsEvent(2, { loss: 2, lr: 2 }), metricsEvent(3, { accuracy: 3 }));
  const values = [];
  for (const panel of panels) {
    const { curves } = await shownWhen(panel, (shown) => shown.curves[0]?.x.length === 2);
    values.push(curves[0]?.values);
  }
  expect(values).toEqual([
    [1, 2],
    [1, 3],
    [1, 2],
  ]);
  const rows = () => page.followed().filter(({ query }) => query.includes('subscription LiveRows'));
  const columns = { columns: expect.arrayContaining(['loss', 'accuracy', 'lr']) };
  expect(rows()).toEqual([expect.objectContaining({ variables: expect.objectContaining(columns) })]);
  for (const panel of panels) panel.hide();
  await vi.waitFor(() => expect(rows().map(({ variables }) => variables.columns)).toEqual([['stage']]), SLOW);
});

it.each(['step', 'epoch'] as const)(
  'shows by %s that no gateway answers, and what there is when one does',
  async (axis) => {
    await storage.addRun('down', { events: [metricsEvent(1, { loss: 1, epoch: 1 })] });
    const page = await openCharts(storage, ['down']);
    await vi.waitFor(() => expect(page.charts.facts.of('down').state).toBe('known'), SLOW);
    await page.gateway.close();
    page.select({ axis });
    const panel = showPanel(page, 'loss');
    await vi.waitFor(() => expect(panel.state.value.state).toBe('failed'), SLOW);
    await page.restart();
    const { curves } = await shownWhen(panel, (shown) => shown.curves.length === 1);
    expect(curves[0]?.values).toEqual([1]);
  },
);
