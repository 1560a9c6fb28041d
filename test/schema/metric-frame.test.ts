import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { logged } from '../conformance/fixture.ts';
import { metricsEvent, START } from '../support/storage.ts';
import { useFrames } from './frames.ts';

const { serve, byStep, byTime } = useFrames();

/** A run of these events, each the text of its data. */
async function serveData(...events: string[]): Promise<string> {
  const { id } = await serve({ events: events.map((data, i) => logged(data, String(START + i))).join('') });
  return id;
}

/** A run of `rows` steps from 0 on, each the text of its data without the step. */
async function serveRows(rows: number, cellsOf: (step: number) => string): Promise<string> {
  const dataOf = (step: number) => `{"global_step": ${step}${cellsOf(step)}}`;
  return await serveData(...Array.from({ length: rows }, (_, step) => dataOf(step)));
}

describe('a frame', () => {
  it('is empty where the run has no events yet', async () => {
    const nothing = {
      x: [],
      series: [],
      labels: [],
      missingColumns: ['loss'],
      rowCount: 0,
      totalCount: 0,
      lastStep: null,
      timeOrigin: null,
    };
    const { id } = await serve();
    expect(await byStep(id, { columns: ['loss'] })).toEqual({ axis: 'STEP', ...nothing });
    expect(await byTime(id, { columns: ['loss'] })).toEqual({ axis: 'TIME', ...nothing });
  });

  it('is ordered by step, or by seconds since the earliest event', async () => {
    const events = [metricsEvent(20, { v: 'b' }, START + 1.5), metricsEvent(10, { v: 'a' }, START + 4)];
    const { id } = await serve({ events: [...events, metricsEvent(10, { w: 1 }, START + 1)] });
    const selection = { columns: ['v', 'w'] };
    expect(await byStep(id, selection)).toMatchObject({
      axis: 'STEP',
      x: [10, 20],
      series: [{ name: 'w', values: [1, null] }],
      labels: [{ name: 'v', values: ['a', 'b'] }],
    });
    expect(await byTime(id, selection)).toMatchObject({
      axis: 'TIME',
      x: [0, 0.5, 3],
      series: [{ name: 'w', values: [1, null, null] }],
      labels: [{ name: 'v', values: [null, 'b', 'a'] }],
    });
  });

  it('has time as a column by step only, as logged, and epoch by both', async () => {
    const { id } = await serve({ events: [metricsEvent(1, { epoch: 0 }), metricsEvent(2, { epoch: 1 })] });
    expect((await byStep(id)).series).toMatchObject([
      { name: 'epoch', values: [0, 1] },
      { name: 'time', values: [START + 1, START + 2] },
    ]);
    expect((await byTime(id)).series).toMatchObject([{ name: 'epoch', values: [0, 1] }]);
  });

  it('leaves out the rows in which no selected column has a value, before it samples', async () => {
    const run = await serveRows(1000, (step) => `, "loss": ${step}${step % 10 === 0 ? `, "val": ${-step}` : ''}`);
    const tens = Array.from({ length: 100 }, (_, i) => i * 10);
    const frame = await byStep(run, { columns: ['val'], downsample: { points: 100 } });
    expect(frame).toMatchObject({ x: tens, rowCount: 100, totalCount: 100, lastStep: 999 });
    expect(frame.series).toMatchObject([{ values: tens.map((step) => -step + 0), missingCount: 0 }]);
    const both = await byStep(run, { columns: ['val', 'loss'] });
    expect(both).toMatchObject({ totalCount: 1000, series: [{ missingCount: 900 }, { missingCount: 0 }] });
  });

  it('counts among values neither nulls nor what was overwritten by one', async () => {
    const run = await serveData(
      '{"step": 1, "a": 1, "b": 1}',
      '{"step": 2, "a": 2}',
      '{"step": 3, "b": null}',
      '{"step": 2, "a": null}',
      '{"step": 4, "a": {"nested": 1}}',
    );
    expect(await byStep(run)).toMatchObject({
      x: [1],
      series: [
        { name: 'a', values: [1] },
        { name: 'b', values: [1] },
      ],
      lastStep: 4,
    });
  });

  it('shows a column that has only nulls as a curve without points', async () => {
    const run = await serveData('{"step": 1, "a": null, "b": 1}');
    expect((await byStep(run, { columns: ['a', 'b'] })).series).toMatchObject([
      { name: 'a', values: [null], missingCount: 1, nonFinite: [] },
      { name: 'b', values: [1], missingCount: 0 },
    ]);
    expect(await byStep(run, { columns: ['a'] })).toMatchObject({ missingColumns: [], rowCount: 0 });
  });

  it('takes any name for a column', async () => {
    const names = ['10', '__proto__', '2', 'constructor', 'toString', '损失/训练', '', 'a"b\\c', '__typename', '🚀'];
    const cells = names.map((name, i) => `${JSON.stringify(name)}: ${i}`);
    const run = await serveData(`{"step": 1, ${cells.join(', ')}}`);
    for (const selection of [{}, { columns: names }]) {
      const { series, missingColumns } = await byStep(run, selection);
      expect(series.map(({ name, values }) => [name, values])).toEqual(names.map((name, i) => [name, [i]]));
      expect(missingColumns).toEqual([]);
    }
  });

  it('takes steps beyond 32 bits and below zero', async () => {
    const steps = [-Number.MAX_SAFE_INTEGER, -1, 0, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const run = await serveData(...steps.map((step) => `{"step": ${step}, "loss": 1}`));
    expect(await byStep(run)).toMatchObject({ x: steps, lastStep: Number.MAX_SAFE_INTEGER });
    expect(await byStep(run, { range: { from: 2 ** 32 + 1 } })).toMatchObject({ x: steps.slice(4) });
  });

  it("tells the moment from which seconds are counted: that of the run's earliest event, on both axes", async () => {
    const run = await serve({ events: logged('{"step": 2, "loss": 1}', '1704067200.0129') });
    await appendFile(run.events, logged('{"loss": 2}', '1704067199.9999') + logged('{"step": 3, "loss": 3}', null));
    for (const range of [{}, { from: 3 }]) {
      for (const frame of [await byStep(run.id, { range }), await byTime(run.id, { range })]) {
        expect(frame.timeOrigin).toBe('2023-12-31T23:59:59.999Z');
      }
    }
    const without = await serve({ events: logged('{"step": 1, "loss": 1}', null) });
    expect(await byStep(without.id)).toMatchObject({ x: [1], timeOrigin: null });
  });

  it.each([
    ['-62167219200', '0000-01-01T00:00:00.000Z'],
    ['-0.0001', '1969-12-31T23:59:59.999Z'],
    ['253402300799.9996', '9999-12-31T23:59:59.999Z'],
    ['-62167219200.001', null],
    ['253402300800', null],
    ['1e300', null],
  ])('whose earliest timestamp is %s counts seconds from %s', async (ts, timeOrigin) => {
    const { id } = await serve({ events: logged('{"step": 1, "loss": 1}', ts) });
    expect(await byTime(id)).toMatchObject({ x: [0], timeOrigin });
  });

  it('grows with the file', async () => {
    const run = await serve({ events: logged('{"step": 1, "loss": 1}') });
    expect(await byStep(run.id)).toMatchObject({ x: [1], missingColumns: [] });
    await appendFile(run.events, logged('{"step": 2, "loss": 2, "val": 0.5}'));
    expect(await byStep(run.id)).toMatchObject({
      x: [1, 2],
      series: [
        { name: 'loss', values: [1, 2] },
        { name: 'val', values: [null, 0.5] },
      ],
    });
  });
});

describe('a series', () => {
  const SPECIALS = ['NaN', 'Infinity', '-Infinity', '1.5'];

  it('has null where a value is missing or not finite, and lists which was not finite', async () => {
    const run = await serveRows(5, (step) => (step === 2 ? ', "b": 0' : `, "a": ${SPECIALS[step % 4]}, "b": 0`));
    const [a, b] = (await byStep(run, { columns: ['a', 'b'] })).series;
    expect(a).toEqual({
      name: 'a',
      derivedFrom: null,
      x: [0, 1, 2, 3, 4],
      values: [null, null, null, 1.5, null],
      missingCount: 1,
      nonFiniteCount: 3,
      nonFinite: [
        { x: 0, value: 'NAN' },
        { x: 1, value: 'POSITIVE_INFINITY' },
        { x: 4, value: 'NAN' },
      ],
    });
    expect(b).toMatchObject({ missingCount: 0, nonFinite: [] });
    const infinite = await serveData('{"step": 7, "a": -Infinity}', '{"step": 8, "a": 1e400}');
    expect((await byStep(infinite)).series[0].nonFinite).toEqual([
      { x: 7, value: 'NEGATIVE_INFINITY' },
      { x: 8, value: 'POSITIVE_INFINITY' },
    ]);
  });

  it('lists the first 1000 that are not finite in the range, sampled or not', async () => {
    const run = await serveRows(4000, (step) => `, "a": ${step % 2 === 0 ? 'NaN' : step}`);
    for (const mode of ['SHARED', 'PER_SERIES'] as const) {
      const [a] = (await byStep(run, { range: { from: 501 }, downsample: { points: 100, mode } })).series;
      expect(a.values).toHaveLength(100);
      expect(a.nonFiniteCount).toBe(1749);
      expect(a.nonFinite).toEqual(Array.from({ length: 1000 }, (_, i) => ({ x: 502 + 2 * i, value: 'NAN' })));
    }
  });

  it('of very many lists fewer that are not finite, and counts all', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const cells = names.map((name) => `, "${name}": NaN`).join('');
    const run = await serveRows(600, () => cells);
    const { series } = await byStep(run);
    const first = Array.from({ length: 500 }, (_, step) => ({ x: step, value: 'NAN' }));
    expect(series).toHaveLength(200);
    for (const { nonFiniteCount, nonFinite } of series) expect([nonFiniteCount, nonFinite]).toEqual([600, first]);
  });

  it('counts what is missing in the range, sampled or not', async () => {
    const run = await serveRows(1000, (step) => `, "a": ${step}${step % 4 === 0 ? ', "b": 0' : ''}`);
    const downsample = { points: 100 };
    const { series } = await byStep(run, { columns: ['a', 'b'], range: { from: 200, to: 599 }, downsample });
    expect(series).toMatchObject([{ missingCount: 0 }, { missingCount: 300 }]);
  });

  it('is by itself in PER_SERIES mode, and shares x with the others in SHARED mode', async () => {
    // The first column ends early and the second starts late; both have a peak of their own.
    const run = await serveRows(2000, (step) => {
      const a = step < 1500 ? `, "a": ${step === 700 ? 9 : 0}` : '';
      return step >= 1300 ? `${a}, "b": ${step === 1701 ? -9 : 0}` : a;
    });
    const alone = await byStep(run, { columns: ['a', 'b'], downsample: { points: 120, mode: 'PER_SERIES' } });
    expect(alone).toMatchObject({ x: [], rowCount: 120, totalCount: 2000 });
    for (const { x, values } of alone.series) {
      expect([x.length, values.length]).toEqual([120, 120]);
      expect(values).not.toContain(null);
    }
    const [a, b] = alone.series;
    expect([a.x[0], a.x[119], b.x[0], b.x[119]]).toEqual([0, 1499, 1300, 1999]);
    expect([a.values[a.x.indexOf(700)], b.values[b.x.indexOf(1701)]]).toEqual([9, -9]);

    const shared = await byStep(run, { columns: ['a', 'b'], downsample: { points: 120 } });
    expect(shared).toMatchObject({ rowCount: 120, totalCount: 2000 });
    expect(shared.x).toHaveLength(120);
    expect(shared.x).toEqual(expect.arrayContaining([0, 700, 1701, 1999]));
    for (const { x, values } of shared.series) {
      expect(x).toEqual(shared.x);
      expect(values).toHaveLength(120);
    }
    expect(shared.series[0].values.at(-1)).toBeNull();
  });

  it('in PER_SERIES mode without sampling has the rows in which it has a value', async () => {
    const run = await serveRows(6, (step) => (step % 2 === 0 ? ', "a": 1' : ', "b": "x", "c": 2'));
    const frame = await byStep(run, { downsample: { points: 100, mode: 'PER_SERIES' } });
    expect(frame).toMatchObject({
      x: [],
      series: [
        { name: 'a', x: [0, 2, 4], values: [1, 1, 1], missingCount: 3 },
        { name: 'c', x: [1, 3, 5], values: [2, 2, 2], missingCount: 3 },
      ],
      labels: [{ name: 'b', x: [1, 3, 5], values: ['x', 'x', 'x'] }],
      rowCount: 3,
      totalCount: 6,
    });
  });
});

describe('labels', () => {
  it('are texts, and booleans in words', async () => {
    const run = await serveData(
      '{"step": 1, "stage": "warmup", "best": true}',
      '{"step": 2, "stage": "", "best": false}',
      '{"step": 3, "stage": "训练 🚀", "n": "12"}',
    );
    expect(await byStep(run)).toMatchObject({
      x: [1, 2, 3],
      series: [],
      labels: [
        { name: 'stage', x: [1, 2, 3], values: ['warmup', '', '训练 🚀'] },
        { name: 'best', x: [1, 2, 3], values: ['true', 'false', null] },
        { name: 'n', values: [null, null, '12'] },
      ],
    });
  });

  it('stand beside the numbers of a column that has both', async () => {
    const run = await serveData('{"step": 1, "v": 1}', '{"step": 2, "v": "two"}', '{"step": 3, "v": NaN}');
    const frame = await byStep(run);
    expect(frame.series).toEqual([
      {
        name: 'v',
        derivedFrom: null,
        x: [1, 2, 3],
        values: [1, null, null],
        missingCount: 1,
        nonFiniteCount: 1,
        nonFinite: [{ x: 3, value: 'NAN' }],
      },
    ]);
    expect(frame.labels).toEqual([
      { name: 'v', x: [1, 2, 3], values: [null, 'two', null], changeCount: 1, changes: [{ x: 2, value: 'two' }] },
    ]);
  });

  it('are thinned evenly where there are no numbers', async () => {
    const run = await serveRows(1000, (step) => `, "stage": "s${step}"`);
    const even = Array.from({ length: 100 }, (_, i) => Math.floor((i * 999) / 99));
    for (const mode of ['SHARED', 'PER_SERIES'] as const) {
      const { labels } = await byStep(run, { downsample: { points: 100, mode } });
      expect(labels).toMatchObject([{ name: 'stage', x: even, values: even.map((step) => `s${step}`) }]);
    }
  });

  it('have no say in which rows are kept where there are numbers', async () => {
    const run = await serveRows(1000, (step) => `, "loss": ${Math.sin(step)}, "stage": ${step % 7 > 5}`);
    const downsample = { points: 100 };
    const { x } = await byStep(run, { columns: ['loss'], downsample });
    expect(await byStep(run, { columns: ['stage', 'loss'], downsample })).toMatchObject({ x });
  });
});

describe('changes of a label', () => {
  /** Three stages, one of which is but a row; in every third row none is logged. */
  const stageAt = (step: number) => (step < 300 ? 'warmup' : step === 700 ? 'eval' : 'train');
  const cells = (step: number) => (step % 3 === 2 ? '' : `, "stage": "${stageAt(step)}"`);
  const changes = [
    { x: 0, value: 'warmup' },
    { x: 300, value: 'train' },
    { x: 700, value: 'eval' },
    { x: 702, value: 'train' },
  ];

  it('are told of all rows, however they are sampled, on both axes', async () => {
    const run = await serveRows(2000, (step) => `, "loss": ${step % 10}${cells(step)}`);
    for (const downsample of [null, { points: 100 }, { points: 100, mode: 'PER_SERIES' as const }]) {
      for (const columns of [['stage'], ['loss', 'stage']]) {
        const [byStepOnly] = (await byStep(run, { columns, downsample })).labels;
        expect(byStepOnly).toMatchObject({ changeCount: 4, changes });
        // A row a second, from step 0 on: seconds are steps.
        expect((await byTime(run, { columns, downsample })).labels).toMatchObject([{ changeCount: 4, changes }]);
      }
    }
  });

  it('begin with the first label in the range', async () => {
    const run = await serveRows(1000, cells);
    expect((await byStep(run, { range: { from: 290, to: 300 } })).labels).toMatchObject([
      {
        changes: [
          { x: 291, value: 'warmup' },
          { x: 300, value: 'train' },
        ],
      },
    ]);
    const [one] = (await byStep(run, { range: { from: 701 } })).labels;
    expect(one).toMatchObject({ changeCount: 1, changes: changes.slice(3) });
  });

  it('tell booleans in words, and are not told of numbers and nulls in between', async () => {
    const run = await serveData(
      '{"step": 1, "v": true}',
      '{"step": 2, "v": 1}',
      '{"step": 3, "v": "true"}',
      '{"step": 4, "v": null, "w": ""}',
      '{"step": 5, "v": false}',
    );
    expect((await byStep(run)).labels).toMatchObject([
      {
        name: 'v',
        changeCount: 2,
        changes: [
          { x: 1, value: 'true' },
          { x: 5, value: 'false' },
        ],
      },
      { name: 'w', changeCount: 1, changes: [{ x: 4, value: '' }] },
    ]);
  });

  it('follow the rows, in whatever order events came', async () => {
    const run = await serveData('{"step": 3, "v": "b"}', '{"step": 1, "v": "b"}', '{"step": 2, "v": "a"}');
    await expect(byStep(run)).resolves.toMatchObject({ labels: [{ changeCount: 3 }] });
    const rewritten = await serveData('{"step": 3, "v": "b"}', '{"step": 1, "v": "a"}', '{"step": 1, "v": "b"}');
    expect((await byStep(rewritten)).labels).toMatchObject([{ changeCount: 1, changes: [{ x: 1, value: 'b' }] }]);
  });

  it('are listed up to 1000, fewer of very many series, and all counted', async () => {
    const run = await serveRows(1500, (step) => `, "stage": "s${step}"`);
    const [stage] = (await byStep(run, { range: { from: 100 } })).labels;
    expect(stage.changeCount).toBe(1400);
    expect(stage.changes).toEqual(Array.from({ length: 1000 }, (_, i) => ({ x: 100 + i, value: `s${100 + i}` })));
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const many = await serveRows(600, (step) => names.map((name) => `, "${name}": "${step}"`).join(''));
    const { labels } = await byStep(many, { downsample: { points: 100 } });
    expect(labels).toHaveLength(200);
    for (const one of labels) expect([one.changeCount, one.changes.length]).toEqual([600, 500]);
  });
});
