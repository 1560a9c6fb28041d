import { setTimeout } from 'node:timers/promises';
import { effect } from '@preact/signals';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeStorage, metricsEvent, type TestStorage } from '../../../support/storage.ts';
import { isFresh, openCharts, shownAfter, shownWhen, showPanel } from './chart-page.ts';
import { addLiveRun } from './live-storage.ts';

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

const steps = (count: number, value: (step: number) => number, from = 1) =>
  Array.from({ length: count }, (_, index) => metricsEvent(index + from, { loss: value(index + from) }));

describe('a panel', () => {
  it('shows the curves of all compared runs that log its metric', async () => {
    await storage.addRun('one', { events: steps(3, (step) => 1 / step) });
    await storage.addRun('two', { events: [metricsEvent(1, { loss: 5 }), metricsEvent(4, { loss: Number.NaN })] });
    await storage.addRun('other', { events: [metricsEvent(1, { accuracy: 5 })] });
    const page = await openCharts(storage, ['two', 'other', 'gone', 'one']);
    const { curves, failures } = await shownWhen(showPanel(page, 'loss'), isFresh);
    expect(curves).toEqual([
      {
        runId: 'two',
        slot: 0,
        x: [1, 4],
        values: [5, null],
        smoothed: null,
        nonFinite: [{ x: 4, value: 'NAN' }],
        nonFiniteCount: 1,
        isWhole: true,
      },
      expect.objectContaining({ runId: 'one', slot: 3, x: [1, 2, 3], values: [1, 1 / 2, 1 / 3], nonFinite: [] }),
    ]);
    expect(failures).toEqual([{ runId: 'gone', message: 'There is no such run' }]);
  });

  it('adds what a run that trains logs, without asking for its rows again', async () => {
    const run = await addLiveRun(
      storage,
      'live',
      steps(3, (step) => step),
    );
    const page = await openCharts(storage, ['live']);
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    await run.log(...steps(2, (step) => step, 4));
    const { curves } = await shownWhen(panel, (shown) => shown.curves[0]?.x.length === 5);
    expect(curves[0]).toMatchObject({ x: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5], isWhole: true });
    expect(page.asked.filter(({ query }) => query.includes('query Curves'))).toHaveLength(1);
  });

  it('changes a few times a second at most, however often and however many runs log', async () => {
    const ids = ['frequent-1', 'frequent-2', 'frequent-3', 'frequent-4', 'frequent-5'];
    const first = steps(1, () => 1);
    const runs = await Promise.all(ids.map((id) => addLiveRun(storage, id, first)));
    const page = await openCharts(storage, ids);
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    const states = new Set<unknown>();
    const stop = effect(() => void states.add(panel.state.value));
    const from = performance.now();
    for (let step = 2; step <= 60; step++) {
      await runs[step % runs.length]?.log(...steps(1, () => step, step));
      await setTimeout(25);
    }
    await shownWhen(panel, ({ curves }) => curves.reduce((count, { x }) => count + x.length, 0) === 64);
    stop();
    expect(states.size).toBeLessThan(3 + (performance.now() - from) / 250);
  });

  it('shows a metric that a run logs for the first time while it is looked at', async () => {
    const run = await addLiveRun(storage, 'late', [metricsEvent(1, { other: 1 })]);
    const page = await openCharts(storage, ['late']);
    const panel = showPanel(page, 'loss');
    expect((await shownWhen(panel, isFresh)).curves).toEqual([]);
    await run.log(...steps(1, () => 7, 2));
    const { curves } = await shownWhen(panel, (shown) => shown.curves.length === 1);
    expect(curves[0]).toMatchObject({ x: [2], values: [7] });
  });

  it('begins anew where the file of a run was replaced', async () => {
    const run = await addLiveRun(
      storage,
      'reset',
      steps(3, (step) => step),
    );
    const page = await openCharts(storage, ['reset']);
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    await run.rewrite(...steps(1, () => 9));
    await shownWhen(panel, ({ curves: [curve] }) => curve?.values.join() === '9');
    await run.log(...steps(1, () => 10, 2));
    const { curves } = await shownWhen(panel, ({ curves: [curve] }) => curve?.values.join() === '9,10');
    expect(curves[0]?.x).toEqual([1, 2]);
  });

  it('smooths as the gateway does, the newest points at once', async () => {
    const run = await addLiveRun(
      storage,
      'smooth',
      steps(2, (step) => step),
    );
    const page = await openCharts(storage, ['smooth']);
    page.select({ smoothing: 0.5 });
    const panel = showPanel(page, 'loss');
    const first = await shownWhen(panel, isFresh);
    expect(first.curves[0]?.smoothed).toEqual([1, expect.closeTo((0.25 + 1) / 0.75, 12)]);
    await run.log(...steps(1, () => 3, 3));
    const { curves } = await shownWhen(panel, (shown) => shown.curves[0]?.x.length === 3);
    expect(curves[0]?.smoothed?.[2]).toBeCloseTo((0.125 + 0.5 + 1.5) / 0.875, 12);
    const countAsked = () => page.asked.filter(({ query }) => query.includes('query Curves')).length;
    await expect.poll(countAsked, { timeout: 10_000 }).toBe(2);
    const { curves: anew } = await shownWhen(panel, (shown) => shown.curves[0] !== curves[0]);
    expect(anew[0]?.smoothed?.[2]).toBeCloseTo((0.125 + 0.5 + 1.5) / 0.875, 12);
  });

  it('asks for the visible range, with what lies beside it, and is back at once', async () => {
    const spike = (step: number) => (step === 7001 ? 100 : step % 7);
    await storage.addRun('long', { events: steps(20_000, spike) });
    const page = await openCharts(storage, ['long']);
    const panel = showPanel(page, 'loss');
    const all = await shownWhen(panel, isFresh);
    expect(all.curves[0]).toMatchObject({ isWhole: false });
    expect(all.curves[0]?.x).toHaveLength(2000);

    const zoom = () => page.select({ range: { from: 7000, to: 7010 } });
    const [curve] = (await shownAfter(panel, zoom)).curves;
    expect(curve?.isWhole).toBe(true);
    expect(curve?.values[curve.x.indexOf(7001)]).toBe(100);
    expect(curve?.x[0]).toBeLessThan(7000);
    expect(curve?.x.at(-1)).toBeGreaterThan(7010);

    const asked = page.asked.length;
    const back = await shownAfter(panel, () => page.select({ range: null }));
    expect(back.curves[0]).toBe(all.curves[0]);
    expect(page.asked).toHaveLength(asked);
  });

  it('leads lines across a range in which nothing was logged, be it looked at first', async () => {
    const rows = [...steps(3000, (step) => step % 7), ...steps(3000, (step) => step % 5, 1_000_001)];
    await storage.addRun('gap', { events: rows });
    const page = await openCharts(storage, ['gap']);
    page.select({ range: { from: 500_000, to: 500_010 } });
    const panel = showPanel(page, 'loss');
    const { curves } = await shownWhen(panel, isFresh);
    expect(curves).toHaveLength(1);
    expect(curves[0]?.x[0]).toBe(1);
    expect(curves[0]?.x.at(-1)).toBe(1_003_000);
    const beyond = await shownAfter(panel, () => page.select({ range: { from: 2e6, to: 2e6 + 9 } }));
    expect(beyond.curves[0]).toBe(curves[0]);
  });

  it('asks again for what it has an older version of, though the gateway has refused that once', async () => {
    const run = await addLiveRun(
      storage,
      'refused',
      steps(2, (step) => step),
    );
    const page = await openCharts(storage, ['refused']);
    page.select({ smoothing: 0.5 });
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    page.refuseNext('Curves', 'QUERY_TIMEOUT');
    await run.log(...steps(1, () => 3, 3));
    const countAsked = () => page.asked.filter(({ query }) => query.includes('query Curves')).length;
    await expect.poll(countAsked, { timeout: 10_000 }).toBe(3);
    expect(panel.state.value).toMatchObject({ state: 'shown', curves: [{ values: [1, 2, 3] }] });
  });

  it('asks for what a slider comes to rest at, not for what it moves over', async () => {
    await storage.addRun('slider', { events: steps(3, (step) => step) });
    const page = await openCharts(storage, ['slider']);
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    const asked = page.asked.length;
    const stale = await shownAfter(
      panel,
      () => page.select({ smoothing: 0.1 }),
      ({ isStale }) => isStale,
    );
    expect(stale.curves[0]).toMatchObject({ values: [1, 2, 3], smoothed: null });
    page.select({ smoothing: 0.3 });
    const { curves } = await shownWhen(panel, isFresh);
    expect(curves[0]?.smoothed?.[0]).toBe(1);
    expect(page.asked.slice(asked).map(({ variables }) => variables.derived)).toEqual([
      [{ ema: expect.objectContaining({ weight: 0.3 }) }],
    ]);
  });

  it('asks for no range where it has all points already', async () => {
    await storage.addRun('short', { events: steps(50, (step) => step) });
    const page = await openCharts(storage, ['short']);
    const panel = showPanel(page, 'loss');
    await shownWhen(panel, isFresh);
    const asked = page.asked.length;
    const { curves } = await shownAfter(panel, () => page.select({ range: { from: 10, to: 20 } }));
    expect(curves[0]?.isWhole).toBe(true);
    expect(page.asked).toHaveLength(asked);
  });

  it('does nothing before it is looked at, and catches up when it is looked at again', async () => {
    const run = await addLiveRun(
      storage,
      'hidden',
      steps(1, () => 1),
    );
    const page = await openCharts(storage, ['hidden']);
    const panel = page.charts.panel('loss');
    await vi.waitFor(() => expect(page.charts.facts.isTraining('hidden')).toBe(true));
    expect(page.asked.some(({ query }) => query.includes('query Curves'))).toBe(false);
    panel.show();
    await shownWhen(panel, isFresh);
    panel.hide();
    await run.log(...steps(1, () => 2, 2));
    expect(panel.state.value).toMatchObject({ state: 'shown', curves: [{ values: [1] }] });
    panel.show();
    const { curves } = await shownWhen(panel, ({ curves: [curve] }) => curve?.values.join() === '1,2');
    expect(curves[0]?.x).toEqual([1, 2]);
    panel.hide();
  });

  it('has the last points of a run that ended while nobody looked', async () => {
    const run = await addLiveRun(
      storage,
      'unseen',
      steps(1, () => 1),
    );
    const page = await openCharts(storage, ['unseen']);
    const panel = page.charts.panel('loss');
    panel.show();
    await shownWhen(panel, isFresh);
    panel.hide();
    await run.log(...steps(1, () => 2, 2));
    await run.end();
    await vi.waitFor(() => expect(page.charts.facts.isTraining('unseen')).toBe(false), { timeout: 10_000 });
    panel.show();
    const { curves } = await shownWhen(panel, (shown) => shown.curves[0]?.x.length === 2);
    expect(curves[0]?.values).toEqual([1, 2]);
    panel.hide();
  });

  it('loses nothing that is logged while its rows are on their way', async () => {
    const both = (step: number) => metricsEvent(step, { loss: step, accuracy: step });
    const run = await addLiveRun(storage, 'busy', [both(1)]);
    const page = await openCharts(storage, ['busy']);
    const other = showPanel(page, 'accuracy');
    await shownWhen(other, isFresh);
    const isFollowed = (column: string) =>
      page.followed().some(({ variables: { columns } }) => Array.isArray(columns) && columns.includes(column));
    await vi.waitFor(() => expect(isFollowed('accuracy')).toBe(true));

    const answered = page.answered.length;
    const release = page.holdAnswers();
    const panel = showPanel(page, 'loss');
    await vi.waitFor(() => expect(page.answered.length).toBeGreaterThan(answered), { interval: 1 });
    // Told by the subscription that knows nothing of the loss, and then by the one that does.
    await run.log(both(2));
    await shownWhen(other, (shown) => shown.curves[0]?.x.length === 2);
    await vi.waitFor(() => expect(isFollowed('loss')).toBe(true));
    await run.log(both(3));
    await shownWhen(other, (shown) => shown.curves[0]?.x.length === 3);
    release();
    const { curves } = await shownWhen(panel, isFresh);
    expect(curves[0]?.values).toEqual([1, 2, 3]);
  });
});
