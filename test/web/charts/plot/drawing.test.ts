import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../../web/charts/data/curve.ts';
import { parametersOf } from '../../../../web/charts/differing-parameters.ts';
import { type DrawnPoints, drawnPoints, lonePoints } from '../../../../web/charts/plot/drawn-points.ts';
import { extentOf, heightOf, rounded } from '../../../../web/charts/plot/limits.ts';
import { markClusters } from '../../../../web/charts/plot/mark-clusters.ts';
import { leftOf, type PlotLayout, placeAt, topOf, zoomed } from '../../../../web/charts/plot/plot-layout.ts';
import { nearestPlace, nextPlace, valuesAt } from '../../../../web/charts/plot/values-at.ts';

/** A curve of points; null where another metric was logged. */
function curve(runId: string, points: Readonly<Record<number, number | null>>, more: Partial<Curve> = {}): Curve {
  const x = Object.keys(points).map(Number);
  const marks = more.nonFinite ?? [];
  return {
    runId,
    slot: 0,
    x,
    values: Object.values(points),
    smoothed: null,
    nonFinite: marks,
    nonFiniteCount: marks.length,
    isWhole: true,
    ...more,
  };
}

const plain = (points: DrawnPoints) => ({ points, look: 'plain' as const });
const ALL = { isLog: false, ignoresOutliers: false };

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const range = fc
  .tuple(finite, fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
  .map(([from, length]) => ({ from, to: from + length }));

describe('a line', () => {
  it('goes on over rows in which nothing was logged, and is broken where NaN or an infinity was', () => {
    const points = { x: [1, 2, 3, 4, 5], y: [10, null, 30, null, 50] };
    expect(drawnPoints(points, [{ x: 4, value: 'NAN' }], true, false)).toEqual({
      x: [1, 3, 4, 5],
      y: [10, 30, null, 50],
    });
  });

  it('is broken where a NaN was thinned out, and behind the last that is listed of too many', () => {
    const marks = [{ x: 1.5, value: 'NAN' as const }];
    expect(drawnPoints({ x: [1, 2, 3], y: [1, 2, null] }, marks, true, false)).toEqual({
      x: [1, 1.5, 2],
      y: [1, null, 2],
    });
    expect(drawnPoints({ x: [1, 2, 3], y: [1, 2, null] }, marks, false, false).y).toEqual([1, null, 2, null]);
  });

  it('has no values of 0 and below on a logarithmic scale', () => {
    expect(drawnPoints({ x: [1, 2, 3], y: [1, 0, 2] }, [], true, true).y).toEqual([1, null, 2]);
  });

  it('shows points by themselves that it does not lead to', () => {
    expect(lonePoints({ x: [1], y: [5] })).toEqual([0]);
    expect(lonePoints({ x: [1, 2, 3, 4], y: [5, null, 6, 7] })).toEqual([0]);
  });
});

describe('the limits of scales', () => {
  it('hold all visible values, and where lines enter and leave the range', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1 }), range, (points, visible) => {
        const sorted = points.toSorted(([a], [b]) => a - b);
        const line = { x: sorted.map(([x]) => x), y: sorted.map(([, y]) => y) };
        const height = heightOf([plain(line)], visible, ALL);
        const inside = sorted.filter(([x]) => x >= visible.from && x <= visible.to);
        for (const [, y] of inside) expect(height && height.from <= y && y <= height.to).toBe(true);
      }),
    );
    // Of a line that crosses the range without a point in it, the part that is seen.
    const { from, to } = heightOf([plain({ x: [0, 100], y: [0, 100] })], { from: 40, to: 50 }, ALL) ?? {
      from: 0,
      to: 0,
    };
    expect([from, to].map(Math.round)).toEqual([39, 51]);
  });

  it('without outliers are told by what was logged, not by smooth values', () => {
    const x = Array.from({ length: 100 }, (_, i) => i);
    const values = (at: number, others: number) => x.map((i) => (i < at ? 1e6 : others + (i % 2)));
    const lines = [
      { points: { x, y: values(1, 1) }, look: 'faint' as const },
      { points: { x, y: values(60, 1.2) }, look: 'smooth' as const },
    ];
    const { from, to } = heightOf(lines, { from: 0, to: 99 }, { isLog: false, ignoresOutliers: true }) ?? {
      from: 0,
      to: 0,
    };
    expect([from, to].map(Math.round)).toEqual([1, 2]);
    expect(heightOf(lines, { from: 0, to: 99 }, ALL)?.to).toBeGreaterThan(1e6);
  });

  it('leave room around a constant, and are numbers for the largest and the least ones', () => {
    const heightFor = (...y: number[]) => heightOf([plain({ x: y.map((_, i) => i), y })], { from: 0, to: 9 }, ALL);
    expect(heightFor(5, 5)).toEqual({ from: 4.5, to: 5.5 });
    expect(heightFor(0)).toEqual({ from: -1, to: 1 });
    for (const y of [[-Number.MAX_VALUE, Number.MAX_VALUE], [1e-300, 2e-300], [5e-324]]) {
      const { from, to } = heightFor(...y) ?? { from: 0, to: 0 };
      expect(to - from).toBeGreaterThan(0);
      expect(to - from).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  it('are there for a single point, and not where there is none', () => {
    expect(extentOf([{ x: [7], y: [1] }])).toEqual({ from: 6.5, to: 7.5 });
    expect(extentOf([{ x: [], y: [] }])).toBeNull();
  });

  it('are written in round numbers that show the same pixels', () => {
    expect(rounded({ from: 1234.56789, to: 5678.9012 })).toEqual({ from: 1235, to: 5679 });
    fc.assert(
      fc.property(range, (given) => {
        const { from, to } = rounded(given);
        const pixel = (given.to - given.from) / 1000;
        expect(Math.abs(from - given.from)).toBeLessThanOrEqual(pixel);
        expect(Math.abs(to - given.to)).toBeLessThanOrEqual(pixel);
      }),
    );
  });
});

describe('the values at a place', () => {
  const short = curve('short', { 0: 1, 10: 2 });
  const long = curve('long', { 0: 5, 9: null, 20: 6, 40: 7 }, { nonFinite: [{ x: 30, value: 'NAN' }] });

  it('are those logged nearest to it, the highest first', () => {
    expect(valuesAt([short, long], 9, 1).map(({ runId, x, value }) => [runId, x, value])).toEqual([
      ['long', 0, 5],
      ['short', 10, 2],
    ]);
  });

  it('are not those of a curve that ended before it', () => {
    expect(valuesAt([short, long], 12, 1).map(({ runId }) => runId)).toEqual(['long']);
    expect(valuesAt([short, long], 11, 1).map(({ runId }) => runId)).toEqual(['long', 'short']);
  });

  it('are NaN where that was logged', () => {
    expect(valuesAt([long], 29, 1)[0]).toMatchObject({ x: 30, value: 'NAN' });
  });

  it('are smooth ones, with what was logged beside them', () => {
    const smooth = curve('a', { 0: 1, 1: 3 }, { smoothed: [1, 2] });
    expect(valuesAt([smooth], 1, 1)).toEqual([{ runId: 'a', slot: 0, x: 1, value: 2, raw: 3 }]);
  });

  it('are gone through in both directions, the same ones', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100), { minLength: 1 }), fc.uniqueArray(fc.nat(100)), (a, b) => {
        const curves = [a, b].map((xs, i) => curve(`${i}`, Object.fromEntries(xs.map((x) => [x, x]))));
        const walk = (start: number, direction: 1 | -1) => {
          const places: number[] = [];
          for (let at = nextPlace(curves, start, direction); at !== null; at = nextPlace(curves, at, direction))
            places.push(at);
          return places;
        };
        const all = [...new Set([...a, ...b])].toSorted((x, y) => x - y);
        expect(walk(-1, 1)).toEqual(all);
        expect(walk(101, -1)).toEqual(all.toReversed());
        for (const x of all) expect(nearestPlace(curves, x + 0.2)).toBe(x);
      }),
    );
  });
});

describe('marks of what is not finite', () => {
  it('are one where they are too near to each other to be told apart, of one run and one kind', () => {
    const nonFinite = [
      { x: 1, value: 'POSITIVE_INFINITY' as const },
      ...[2, 9, 16, 30].map((x) => ({ x, value: 'NAN' as const })),
    ];
    const clusters = markClusters(
      [curve('a', {}, { nonFinite }), curve('b', {}, { nonFinite: nonFinite.slice(1, 2) })],
      10,
    );
    expect(clusters.map(({ runId, value, from, to, count, row }) => [runId, value, from, to, count, row])).toEqual([
      ['a', 'POSITIVE_INFINITY', 1, 1, 1, 0],
      ['a', 'NAN', 2, 16, 3, 0],
      ['a', 'NAN', 30, 30, 1, 0],
      ['b', 'NAN', 2, 2, 1, 1],
    ]);
  });
});

describe('pixels and places', () => {
  const layout: PlotLayout = {
    left: 40,
    top: 10,
    width: 300,
    height: 200,
    x: { from: 10, to: 40 },
    y: { from: 1, to: 100 },
    isLog: true,
  };

  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(finite, (x) => {
        expect(placeAt(layout, leftOf(layout, x))).toBeCloseTo(x, 6);
      }),
    );
    expect([1, 10, 100].map((value) => topOf(layout, value))).toEqual([200, 100, 0]);
  });

  it('stay below the fingers that move them', () => {
    const pixel = fc.integer({ min: 0, max: 300 });
    const fingers = fc.tuple(pixel, pixel).filter(([a, b]) => Math.abs(a - b) > 5);
    fc.assert(
      fc.property(fingers, fingers, (from, to) => {
        const moved = { ...layout, x: zoomed(layout, from, to) };
        expect(placeAt(moved, to[0])).toBeCloseTo(placeAt(layout, from[0]), 6);
        expect(placeAt(moved, to[1])).toBeCloseTo(placeAt(layout, from[1]), 6);
      }),
    );
  });
});

describe('hyperparameters', () => {
  it('are compared by their paths, and differ where a run has none', () => {
    const configs = [
      { lr: 0.1, optimizer: { name: 'sgd', nesterov: true }, tags: ['a'] },
      { lr: 0.2, optimizer: { name: 'sgd' }, tags: ['a'] },
      null,
    ];
    expect(parametersOf(configs)).toEqual([
      { name: 'lr', values: [0.1, 0.2, undefined], differs: true },
      { name: 'optimizer.name', values: ['sgd', 'sgd', undefined], differs: true },
      { name: 'optimizer.nesterov', values: [true, undefined, undefined], differs: true },
      { name: 'tags', values: [['a'], ['a'], undefined], differs: true },
    ]);
    expect(
      parametersOf(configs.slice(0, 2))
        .filter(({ differs }) => !differs)
        .map(({ name }) => name),
    ).toEqual(['optimizer.name', 'tags']);
  });
});
