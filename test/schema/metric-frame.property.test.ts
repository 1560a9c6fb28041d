import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { logged, type Value } from '../conformance/fixture.ts';
import { useFrames } from './frames.ts';

const { serve, byStep, byTime } = useFrames();

const RUNS = { numRuns: 25 };

// A counterexample is made small before it is told, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

/** Cells as they stand in a file; 'loss' is in every event, so that no row is empty. */
const event = fc.record(
  {
    global_step: fc.integer({ min: -50, max: 2 ** 40 }),
    loss: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
    spiky: fc.oneof(fc.double(), fc.constant(0)),
    mixed: fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null)),
    epoch: fc.nat(),
  },
  { requiredKeys: ['global_step', 'loss'] },
);

const events = fc.array(event, { minLength: 1, maxLength: 260, size: 'max' });

const points = fc.integer({ min: 100, max: 160 });

function fileOf(cells: readonly object[]): string {
  return cells.map((data, i) => logged(pythonJson(data), String(i / 8))).join('');
}

function pythonJson(data: object): string {
  const members = Object.entries(data).map(
    ([name, value]) => `"${name}": ${typeof value === 'number' ? value : JSON.stringify(value)}`,
  );
  return `{${members.join(', ')}}`;
}

const restAnswer = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))),
  total: z.number(),
});

type Frame = Awaited<ReturnType<typeof byStep>>;

/** The rows of a frame: x, then the cells of each column. */
function rowsOf({ x, series, labels }: Frame, columns: readonly string[]): Value[][] {
  const cellsOf = (name: string, row: number): Value =>
    series.find((column) => column.name === name)?.values[row] ??
    labels.find((column) => column.name === name)?.values[row] ??
    null;
  return x.map((value, row) => [value, ...columns.map((name) => cellsOf(name, row))]);
}

it('a frame of the columns of REST has the rows of REST', async () => {
  await fc.assert(
    fc.asyncProperty(events, fc.option(points), async (cells, wanted) => {
      const run = await serve({ events: fileOf(cells) });
      const downsample = wanted === null ? null : { points: wanted };
      for (const [path, ask] of [['metrics_step', byStep] as const, ['metrics', byTime] as const]) {
        const answer = await run.get(wanted === null ? path : `${path}?downsample=${wanted}`);
        const { columns, rows, total } = restAnswer.parse(answer.json());
        const names = columns.slice(1);
        const frame = await ask(run.id, { columns: names, downsample });
        const expected = rows.map((row) =>
          columns.map((name) => (typeof row[name] === 'boolean' ? String(row[name]) : row[name])),
        );
        expect(rowsOf(frame, names)).toEqual(expected);
        expect(frame).toMatchObject({ missingColumns: [], rowCount: rows.length, totalCount: total });
      }
    }),
    RUNS,
  );
});

it('a column without gaps is sampled alike in both modes', async () => {
  await fc.assert(
    fc.asyncProperty(events, points, async (cells, wanted) => {
      const { id } = await serve({ events: fileOf(cells) });
      const sampled = (mode: 'SHARED' | 'PER_SERIES') =>
        byStep(id, { columns: ['loss'], downsample: { points: wanted, mode } });
      const [shared, alone] = [await sampled('SHARED'), await sampled('PER_SERIES')];
      expect(alone).toEqual({ ...shared, x: [] });
    }),
    RUNS,
  );
});

it('a range holds the rows of the whole whose x lies in it', async () => {
  await fc.assert(
    fc.asyncProperty(events, fc.nat(), fc.nat(), async (cells, a, b) => {
      const { id } = await serve({ events: fileOf(cells) });
      const columns = ['loss', 'spiky', 'mixed'];
      const all = rowsOf(await byStep(id, { columns }), columns);
      const [from, to] = [a, b].map((i) => Number(all[i % all.length][0])).toSorted((p, q) => p - q);
      const part = await byStep(id, { columns, range: { from, to } });
      expect(rowsOf(part, columns)).toEqual(all.filter(([x]) => Number(x) >= from && Number(x) <= to));
    }),
    RUNS,
  );
});

it('a sampled series is part of the whole one, with its first and last point', async () => {
  await fc.assert(
    fc.asyncProperty(events, points, async (cells, wanted) => {
      const { id } = await serve({ events: fileOf(cells) });
      const whole = await byStep(id, { downsample: { points: 50_000, mode: 'PER_SERIES' } });
      const part = await byStep(id, { downsample: { points: wanted, mode: 'PER_SERIES' } });
      for (const [i, { x, values, ...counts }] of part.series.entries()) {
        const all = whole.series[i];
        const { name, missingCount, nonFiniteCount, nonFinite } = all;
        expect(counts).toMatchObject({ name, missingCount, nonFiniteCount, nonFinite });
        expect(x).toHaveLength(Math.min(wanted, all.x.length));
        const valueAt = new Map(all.x.map((at, row) => [at, all.values[row]]));
        expect(values).toEqual(x.map((at) => valueAt.get(at)));
        expect([x.at(0), x.at(-1)]).toEqual([all.x.at(0), all.x.at(-1)]);
      }
    }),
    RUNS,
  );
});

it('the changes of a label are those of all rows in the range, however they are sampled', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      points,
      fc.constantFrom('SHARED', 'PER_SERIES'),
      fc.nat(),
      async (cells, wanted, mode, at) => {
        const { id } = await serve({ events: fileOf(cells) });
        const { x } = await byStep(id);
        const range = { from: x[at % x.length] };
        const { labels } = await byStep(id, { range });
        const sampled = await byStep(id, { range, downsample: { points: wanted, mode } });
        for (const [i, all] of labels.entries()) {
          const changes = all.values
            .map((value, row) => ({ x: all.x[row], value }))
            .filter(({ value }) => value !== null)
            .filter(({ value }, row, logs) => value !== logs[row - 1]?.value);
          expect(all).toMatchObject({ changeCount: changes.length, changes });
          expect(sampled.labels[i]).toMatchObject({ name: all.name, changeCount: changes.length, changes });
        }
      },
    ),
    RUNS,
  );
});
