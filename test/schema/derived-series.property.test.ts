import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { logged } from '../conformance/fixture.ts';
import type { Derivation } from '../generated/graphql.ts';
import { useFrames } from './frames.ts';

const { serve, byStep, byTime } = useFrames();

const RUNS = { numRuns: 25 };

// A counterexample is made small before it is told, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

const event = fc.record({
  // Steps are logged again, out of order too.
  step: fc.integer({ min: 0, max: 400 }),
  second: fc.integer({ min: 0, max: 4000 }),
  loss: fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
    fc.constantFrom('NaN', 'Infinity', 'null'),
  ),
  val: fc.option(fc.integer({ min: -9, max: 9 })),
});
const file = fc
  .array(event, { minLength: 1, maxLength: 400, size: 'max' })
  .map((events) => events.map((one) => logged(dataOf(one), String(one.second / 8))).join(''));

function dataOf({ step, loss, val }: { step: number; loss: string; val: number | null }): string {
  return `{"global_step": ${step}, "loss": ${loss}${val === null ? '' : `, "val": ${val}`}}`;
}

const column = fc.constantFrom('loss', 'val', 'global_step');
const rows = fc.integer({ min: 1, max: 50 });
const derivation: fc.Arbitrary<Derivation> = fc.oneof(
  fc.record({ column, weight: fc.double({ min: 0, max: 0.999, noNaN: true }) }).map((ema) => ({ ema })),
  fc
    .record({ column, rows, statistic: fc.constantFrom('MIN' as const, 'MAX' as const, 'MEAN' as const) })
    .map((rolling) => ({ rolling })),
  fc.record({ column, rows }).map((rate) => ({ rate })),
);
const derivations = fc
  .array(derivation, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((one, i) => named(one, `derived ${i}`)));

function named({ ema, rolling, rate }: Derivation, as: string): Derivation {
  if (ema != null) return { ema: { ...ema, as } };
  return rolling != null ? { rolling: { ...rolling, as } } : { rate: { ...rate, as } };
}

type Frame = Awaited<ReturnType<typeof byStep>>;

/** The rows of a frame: x, then the value of each series. */
function rowsOf({ x, series }: Pick<Frame, 'x' | 'series'>): (number | null)[][] {
  return x.map((at, row) => [at ?? Number.NaN, ...series.map(({ values }) => values[row] ?? null)]);
}

it('a range holds the values of the whole, so that zooming in changes no curve', async () => {
  await fc.assert(
    fc.asyncProperty(file, derivations, fc.nat(), fc.nat(), async (events, derived, a, b) => {
      const { id } = await serve({ events });
      for (const ask of [byStep, byTime]) {
        const whole = await ask(id, { columns: ['val'], derived });
        const all = rowsOf(whole);
        if (all.length === 0) continue;
        const [from, to] = [a, b].map((i) => Number(all[i % all.length][0])).toSorted((p, q) => p - q);
        const part = await ask(id, { columns: ['val'], derived, range: { from, to } });
        expect(rowsOf(part)).toEqual(all.filter(([x]) => Number(x) >= from && Number(x) <= to));
        const inRange = (points: Frame['series'][number]['nonFinite']) =>
          points.filter(({ x }) => x >= from && x <= to);
        expect(part.series.map(({ nonFinite }) => nonFinite)).toEqual(
          whole.series.map(({ nonFinite }) => inRange(nonFinite)),
        );
      }
    }),
    RUNS,
  );
});

it('a sample holds values of the whole, in both modes', async () => {
  await fc.assert(
    fc.asyncProperty(file, derivations, async (events, derived) => {
      const { id } = await serve({ events });
      const whole = await byStep(id, { columns: ['loss'], derived });
      const all = rowsOf(whole);
      const shared = await byStep(id, { columns: ['loss'], derived, downsample: { points: 100 } });
      expect(shared).toMatchObject({ rowCount: Math.min(100, all.length), totalCount: all.length });
      expect(all).toEqual(expect.arrayContaining(rowsOf(shared)));
      const alone = await byStep(id, { columns: ['loss'], derived, downsample: { points: 100, mode: 'PER_SERIES' } });
      for (const [i, { x, values }] of alone.series.entries()) {
        const points = rowsOf({ x: whole.x, series: [whole.series[i]] });
        expect(points).toEqual(expect.arrayContaining(x.map((at, place) => [at, values[place]])));
      }
    }),
    RUNS,
  );
});

it('the other series are what they are without it', async () => {
  await fc.assert(
    fc.asyncProperty(file, derivations, async (events, derived) => {
      const { id } = await serve({ events });
      const withIt = await byTime(id, {
        columns: ['loss', 'val'],
        derived: derived.filter(({ rate }) => rate == null),
      });
      const without = await byTime(id, { columns: ['loss', 'val'] });
      const byX = new Map(rowsOf(without).map(([x, ...cells]) => [x, cells]));
      for (const [x, ...cells] of rowsOf({ ...withIt, series: withIt.series.slice(0, without.series.length) })) {
        expect(cells).toEqual(byX.get(x) ?? cells.map(() => null));
      }
    }),
    RUNS,
  );
});
