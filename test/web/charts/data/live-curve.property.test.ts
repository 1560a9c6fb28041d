import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AxisRange } from '../../../../web/address/address.ts';
import type { Curve } from '../../../../web/charts/data/curve.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../../../support/storage.ts';
import { isFresh, openCharts, shownWhen, showPanel } from './chart-page.ts';
import { addLiveRun } from './live-storage.ts';

const RUNS = { numRuns: Number(process.env.RUNLENS_LIVE_RUNS ?? 6), endOnFailure: true };

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

const value = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, null, 'text') },
);
/** Steps come late, and again. */
const event = fc
  .tuple(fc.nat(12), fc.dictionary(fc.constantFrom('loss', 'accuracy'), value, { minKeys: 1 }), fc.nat(30))
  .map(([step, metrics, seconds]) => metricsEvent(step, metrics, START + seconds));
const events = fc.array(event, { minLength: 1, maxLength: 5 });

let runs = 0;

/** What of curves is seen: one may hold rows beyond the range, for lines that lead there, or all of a run that has few. */
function seen(curves: readonly Curve[], range: AxisRange | null) {
  const isSeen = (x: number) => range === null || (x >= range.from && x <= range.to);
  return curves
    .map(({ runId, x, values, nonFinite }) => ({
      runId,
      rows: x.map((at, row) => [at, values[row]] as const).filter(([at]) => isSeen(at)),
      nonFinite: nonFinite.filter((mark) => isSeen(mark.x)),
    }))
    .filter(({ rows }) => rows.length > 0);
}

it('a curve that is followed is at last what it would be if it were asked for then', async () => {
  const page = await openCharts(storage, []);
  const panels = ['loss', 'accuracy'].map((metric) => ({ metric, panel: showPanel(page, metric) }));
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.array(events, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('step' as const, 'relative' as const),
      fc.option(fc.constantFrom({ from: 2, to: 6 }, { from: 5, to: 40 })),
      async (before, changes, axis, range) => {
        const runId = `law${runs++}`;
        // All seconds are counted from there, whatever comes.
        const origin = metricsEvent(0, { other: 1 }, START);
        const run = await addLiveRun(storage, runId, [origin, ...before]);
        page.select({ runs: [{ runId, slot: 0 }], axis, range });
        for (const { panel } of panels) await shownWhen(panel, isFresh);
        for (const change of changes) {
          await run.log(...change);
          for (const { metric, panel } of panels) {
            const { curves: anew } = await page.openAnother(metric);
            const wanted = seen(anew, range);
            const { curves } = await shownWhen(panel, (shown) => isDeepStrictEqual(seen(shown.curves, range), wanted));
            expect(seen(curves, range)).toEqual(wanted);
          }
        }
      },
    ),
    RUNS,
  );
});
