import { describe, expect, it } from 'vitest';
import { metricsEvent } from '../support/storage.ts';
import { useFrames } from './frames.ts';

const { serve, byStep, byTime, refusal } = useFrames();

/** A run of the steps 1 to `steps`, one a second. */
async function serveSteps(steps: number, cellsOf: (step: number) => object): Promise<string> {
  const events = Array.from({ length: steps }, (_, i) => metricsEvent(i + 1, cellsOf(i + 1)));
  return (await serve({ events })).id;
}

const namesOf = ({ series }: { readonly series: readonly { readonly name: string }[] }) =>
  series.map(({ name }) => name);

describe('columns', () => {
  const abc = () => serveSteps(3, (step) => ({ a: step, b: -step, c: 0 }));

  it('are all where none are named, in the order of the file', async () => {
    const run = await abc();
    for (const selection of [{}, { columns: null }]) {
      expect(namesOf(await byStep(run, selection))).toEqual(['a', 'b', 'c', 'time']);
      expect(namesOf(await byTime(run, selection))).toEqual(['a', 'b', 'c']);
    }
  });

  it('come in the order asked, each once', async () => {
    expect(namesOf(await byStep(await abc(), { columns: ['c', 'a', 'c'] }))).toEqual(['c', 'a']);
  });

  it('that the run does not have are listed, in the order asked, each once', async () => {
    const frame = await byStep(await abc(), { columns: ['z', 'a', 'nope', 'z', '__proto__'] });
    expect(namesOf(frame)).toEqual(['a']);
    expect(frame.missingColumns).toEqual(['z', 'nope', '__proto__']);
  });

  it('are none of the axes', async () => {
    const run = await abc();
    expect(await byStep(run, { columns: ['global_step', 'step'] })).toMatchObject({
      missingColumns: ['global_step', 'step'],
      rowCount: 0,
    });
    expect(await byTime(run, { columns: ['time'] })).toMatchObject({ missingColumns: ['time'], rowCount: 0 });
  });

  it('may be none: then there are no rows', async () => {
    expect(await byStep(await abc(), { columns: [] })).toMatchObject({
      x: [],
      series: [],
      labels: [],
      missingColumns: [],
      rowCount: 0,
      totalCount: 0,
      lastStep: 3,
    });
  });
});

describe('range', () => {
  const tenSteps = () => serveSteps(10, (step) => ({ loss: 1 / step }));

  it.each([
    ['includes both ends', { from: 3, to: 5 }, [3, 4, 5]],
    ['need not fall on rows', { from: 2.5, to: 5.5 }, [3, 4, 5]],
    ['is open above', { from: 9 }, [9, 10]],
    ['is open below', { to: 2, from: null }, [1, 2]],
    ['may be one point', { from: 4, to: 4 }, [4]],
    ['may hold no row', { from: 4.25, to: 4.75 }, []],
    ['may lie before all rows', { from: -1e300, to: -1 }, []],
    ['may lie behind all rows', { from: 11 }, []],
  ])('%s', async (_what, range, x) => {
    const frame = await byStep(await tenSteps(), { columns: ['loss'], range });
    expect(frame).toMatchObject({ x, rowCount: x.length, totalCount: x.length, lastStep: 10 });
    expect(frame.series).toMatchObject([{ name: 'loss', x, values: x.map((step) => 1 / step), missingCount: 0 }]);
  });

  it('is in seconds since the start on the time axis', async () => {
    expect(await byTime(await tenSteps(), { range: { from: 2, to: 3 } })).toMatchObject({ x: [2, 3] });
  });

  it('is sliced before sampling, so that a part of a curve has its own detail', async () => {
    const run = await serveSteps(5000, (step) => ({ loss: Math.sin(step) }));
    const downsample = { points: 100 };
    const far = await byStep(run, { columns: ['loss'], downsample });
    expect(far).toMatchObject({ rowCount: 100, totalCount: 5000 });
    const near = await byStep(run, { columns: ['loss'], range: { from: 1001, to: 1200 }, downsample });
    expect(near).toMatchObject({ rowCount: 100, totalCount: 200 });
    expect([near.x.at(0), near.x.at(-1)]).toEqual([1001, 1200]);
    const raw = await byStep(run, { columns: ['loss'], range: { from: 1001, to: 1100 }, downsample });
    expect(raw.x).toEqual(Array.from({ length: 100 }, (_, i) => 1001 + i));
  });

  it.each([
    ['step', 'SHARED', byStep, 0],
    ['step', 'PER_SERIES', byStep, 0],
    ['time', 'SHARED', byTime, 1],
    ['time', 'PER_SERIES', byTime, 1],
  ] as const)('is sliced before sampling by %s in mode %s', async (_axis, mode, frameOf, origin) => {
    // A row a second, from step 1 on, and so second 0.
    const run = await serveSteps(3000, (step) => ({ a: Math.sin(step), b: step % 2 === 0 ? Math.cos(step) : null }));
    const range = { from: 1000 - origin, to: 1249 - origin };
    const curvesOf = async (points: number) => {
      const frame = await frameOf(run, { columns: ['a', 'b'], range, downsample: { points, mode } });
      expect(frame).toMatchObject({ totalCount: 250, rowCount: Math.min(points, 250) });
      return frame.series.map(({ x, values }) =>
        x.flatMap((at, i) => (values[i] === null ? [] : [{ at, y: values[i] }])),
      );
    };
    const [a, b] = await curvesOf(250);
    expect([a, b].map((curve) => [curve.length, curve[0].at])).toEqual([
      [250, range.from],
      [125, range.from],
    ]);
    const sampled = await curvesOf(100);
    expect(a).toEqual(expect.arrayContaining(sampled[0]));
    expect(b).toEqual(expect.arrayContaining(sampled[1]));
    expect([sampled[0][0], sampled[0].at(-1)]).toEqual([a[0], a[249]]);
  });

  it('is refused where it ends before it starts', async () => {
    expect(await refusal({ range: { from: 5, to: 4 } })).toEqual(['BAD_USER_INPUT range: from 5 is greater than to 4']);
  });
});

describe('downsample', () => {
  it.each([
    [99, 'BAD_USER_INPUT downsample.points: 99 is less than 100'],
    [-5, 'BAD_USER_INPUT downsample.points: -5 is less than 100'],
    [50_001, 'BAD_USER_INPUT downsample.points: 50001 is greater than 50000'],
  ])('refuses %j points', async (points, message) => {
    expect(await refusal({ downsample: { points } })).toEqual([message]);
  });

  it('names every rule that is broken', async () => {
    expect(await refusal({ downsample: { points: 1 }, range: { from: 1, to: 0 } })).toEqual([
      'BAD_USER_INPUT range: from 1 is greater than to 0; downsample.points: 1 is less than 100',
    ]);
  });

  it('gives as many rows as asked where there are more, and all where there are not', async () => {
    const run = await serveSteps(150, (step) => ({ loss: step % 7 }));
    const rowCounts = { 100: 100, 149: 149, 150: 150, 50000: 150 };
    for (const [points, rowCount] of Object.entries(rowCounts)) {
      const frame = await byStep(run, { downsample: { points: Number(points) } });
      expect(frame).toMatchObject({ rowCount, totalCount: 150, lastStep: 150 });
      expect(frame.x).toHaveLength(rowCount);
    }
  });

  it('chooses rows for all columns together unless told otherwise', async () => {
    const run = await serveSteps(1000, (step) => ({ a: Math.sin(step), b: step === 500 ? 1 : 0 }));
    const asked = await byStep(run, { downsample: { points: 100, mode: 'SHARED' } });
    expect(await byStep(run, { downsample: { points: 100 } })).toEqual(asked);
    expect(asked.x).toContain(500);
  });
});
