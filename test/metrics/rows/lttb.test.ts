import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lttb } from '../../../src/metrics/rows/lttb.ts';
import { allRows, chooseRows } from '../../../src/metrics/rows/row-selection.ts';
import { viewOfColumns } from '../../support/metrics.ts';
import vectors from '../vectors/lttb-clickhouse.json' with { type: 'json' };

const floats = (values: Iterable<number>) => Float64Array.from(values);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

type Values = readonly (number | null)[];

/** The rows that Joint LTTB chooses of a table, which is cut into chunks before the rows `cuts`. */
function joint(
  x: Iterable<number>,
  columns: readonly Values[],
  wanted: number,
  cuts: readonly number[] = [],
): number[] {
  const view = viewOfColumns([...x], columns, cuts);
  const cells = columns.map((_, id) => view.column(id));
  const chosen = chooseRows(allRows(view), cells, wanted);
  return range(chosen.count).map((place) => chosen.rowAt(place));
}

const curve = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 50 }),
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    ),
    {
      minLength: 4,
      maxLength: 300,
    },
  )
  .map((points) => {
    let at = 0;
    return { x: floats(points.map(([gap]) => (at += gap))), y: floats(points.map(([, y]) => y)) };
  });

describe('LTTB', () => {
  it('gives the two published answers', () => {
    const y = floats([10, 20, 15, 30, 40, 35, 50, 60, 55, 70]);
    expect([...lttb(floats(range(10).map((i) => i + 1)), y, 4)].map((i) => i + 1)).toEqual([1, 3, 9, 10]);
    const line = floats(range(10));
    expect([...lttb(line, line, 4)]).toEqual([0, 1, 5, 9]);
  });

  it.each(vectors.series)('chooses what ClickHouse chooses on $name', ({ x, y, choices }) => {
    for (const { wanted, indices } of choices) expect([...lttb(floats(x), floats(y), wanted)]).toEqual(indices);
  });

  it('keeps the first and the last point and exactly as many as wanted', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 3, max: 100 }), ({ x, y }, wanted) => {
        const chosen = [...lttb(x, y, wanted)];
        expect(chosen).toHaveLength(Math.min(wanted, x.length));
        expect(chosen.at(0)).toBe(0);
        expect(chosen.at(-1)).toBe(x.length - 1);
        expect(chosen).toEqual([...new Set(chosen)].toSorted((a, b) => a - b));
      }),
    );
  });

  it('refuses to keep fewer than three', () => {
    expect(() => lttb(floats([1, 2, 3]), floats([1, 2, 3]), 2)).toThrow('at least 3 points, 2 were asked for');
    expect(() => joint(range(5), [range(5)], 2)).toThrow('at least 3 points, 2 were asked for');
  });

  it('can choose the last row but one, whatever rounding does to the size of its bucket', () => {
    const pairs = range(400)
      .flatMap((n) => range(Math.max(0, n - 1)).map((m) => [n, m] as const))
      .filter(([, m]) => m >= 3);
    const rounded = pairs.filter(([n, m]) => Math.floor((m - 2) * ((n - 2) / (m - 2))) < n - 2);
    expect(rounded.length).toBeGreaterThan(1000);
    for (const [n, m] of rounded.slice(0, 300)) {
      const y = new Float64Array(n);
      y[n - 2] = 1000;
      expect([...lttb(floats(range(n)), y, m)]).toContain(n - 2);
    }
  });
});

describe('Joint LTTB', () => {
  const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 4 });

  it('of one column without gaps is LTTB, however the table is cut into chunks', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 3, max: 100 }), cuts, ({ x, y }, wanted, at) => {
        expect(joint(x, [[...y]], wanted, at)).toEqual([...lttb(x, y, wanted)]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a spike of each of 8 columns that lies in a bucket of its own', () => {
    const rows = 100_000;
    const places = range(8).map((column) => 6_000 + column * 11_111);
    const columns = places.map((place, column) => {
      const y = range(rows).map((row) => Math.sin(row / 5000 + column) * 10 ** column);
      y[place] = 50 * 10 ** column;
      return y;
    });
    expect(joint(range(rows), columns, 100, [50_000])).toEqual(expect.arrayContaining(places));
  });

  it('chooses as the definition says, column by column and row by row', () => {
    const cell = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: -4, max: 4 }) },
      { weight: 2, arbitrary: fc.constant(null) },
    );
    const table = fc
      .tuple(fc.integer({ min: 4, max: 60 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(cell, { minLength: rows, maxLength: rows }), { minLength: columns, maxLength: columns }),
      );
    fc.assert(
      fc.property(table, fc.integer({ min: 3, max: 20 }), cuts, (columns, wanted, at) => {
        const x = range(columns[0].length).map((row) => row * row);
        expect(joint(x, columns, wanted, at)).toEqual(jointByDefinition(floats(x), columns, wanted));
      }),
      { numRuns: 2000 },
    );
  });

  it('without a number to go by spreads its rows evenly', () => {
    expect(joint(range(10), [], 4)).toEqual([0, 3, 6, 9]);
    expect(joint(range(10), [range(10).map(() => null)], 4)).toEqual([0, 3, 6, 9]);
  });
});

/** The definition, with a cell at a time and no state but the rows kept. */
function jointByDefinition(
  x: Float64Array,
  columns: readonly (readonly (number | null)[])[],
  wanted: number,
): number[] {
  const rows = x.length;
  if (rows <= wanted) return range(rows);
  const numeric = columns.filter((values) => values.some((value) => value !== null));
  if (numeric.length === 0) return range(wanted).map((i) => Math.floor((i * (rows - 1)) / (wanted - 1)));
  const every = (rows - 2) / (wanted - 2);
  const bounds = range(wanted - 1).map((i) => (i === wanted - 2 ? rows - 1 : Math.floor(i * every) + 1));
  bounds.push(rows);
  const kept = [0];
  for (let i = 0; i < wanted - 2; i++) {
    const bucket = range(rows).slice(bounds[i], bounds[i + 1]);
    const next = range(rows).slice(bounds[i + 1], bounds[i + 2]);
    let best = { row: bucket[0], share: -1 };
    for (const values of numeric) {
      const has = (row: number) => values[row] !== null;
      const at = (row: number) => ({ x: x[row], y: values[row] ?? Number.NaN });
      const candidates = bucket.filter(has);
      if (candidates.length === 0) continue;
      const all = range(rows).filter(has);
      const a = at(kept.findLast(has) ?? all[0]);
      const nextRows = next.filter(has);
      const following = all.find((row) => row >= bounds[i + 1]) ?? all[all.length - 1];
      const c = nextRows.length > 0 ? mean(nextRows.map(at)) : at(following);
      const numbers = values.filter((value) => value !== null);
      const spread = Math.max(...numbers) - Math.min(...numbers);
      const areas = candidates.map((row) => {
        const p = at(row);
        return { row, area: Math.abs((a.x - c.x) * (p.y - a.y) - (a.x - p.x) * (c.y - a.y)) * 0.5 };
      });
      const largest = areas.reduce((most, entry) => (entry.area > most.area ? entry : most));
      const share = spread === 0 ? 0 : largest.area / spread;
      if (share > best.share || (share === best.share && largest.row < best.row)) best = { row: largest.row, share };
    }
    kept.push(best.row);
  }
  return [...kept, rows - 1];
}

function mean(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
