import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ema } from '../../../src/metrics/derived/ema.ts';
import { rate } from '../../../src/metrics/derived/rate.ts';
import { rolling, type Statistic } from '../../../src/metrics/derived/rolling.ts';
import { findTool } from '../../support/tools.ts';
import vectors from '../vectors/derived.json' with { type: 'json' };

const floats = (values: Iterable<number>) => Float64Array.from(values);
const orNaN = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);

const VALUES = floats(vectors.values);
const TIMES = floats(orNaN(vectors.times));

type Vector = (typeof vectors.series)[number]['formula'];

function evaluate({ kind, weight = Number.NaN, statistic, rows = Number.NaN }: Vector): Float64Array {
  if (kind === 'ema') return ema(VALUES, weight);
  if (kind === 'rate') return rate(VALUES, TIMES, rows);
  return rolling(VALUES, STATISTICS.find((name) => name === statistic) ?? 'mean', rows);
}

const STATISTICS: readonly Statistic[] = ['min', 'max', 'mean'];

const python = findTool('Python', ['python3', '/usr/bin/python3'], ['--version']);
const script = fileURLToPath(new URL('../vectors/derived.py', import.meta.url));

describe('the fractions of the reference', () => {
  it.each(vectors.series)('are what $name comes to', ({ formula, expected }) => {
    const derived = evaluate(formula);
    const numbers = orNaN(expected);
    expect(derived).toHaveLength(numbers.length);
    expect([...derived].map(Number.isNaN)).toEqual(numbers.map(Number.isNaN));
    const errors = derived.map((one, i) => Math.abs(one - numbers[i]) / (Math.abs(numbers[i]) + 0.01));
    expect(Math.max(...errors.filter((error) => !Number.isNaN(error)))).toBeLessThan(1e-13);
  });

  it.skipIf(python === undefined)('are those that it prints', () => {
    expect(JSON.parse(execFileSync(python ?? '', [script], { encoding: 'utf8' }))).toEqual(vectors);
  });
});

const value = fc.oneof(
  { weight: 3, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.double({ min: -1e308, max: 1e308, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1e16, -1e16, 1e300, -1e300, 1e308, Number.MIN_VALUE, -0) },
);
const values = fc.array(value, { maxLength: 60 }).map(floats);
const rows = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }));

/** The values that end with each one, `most` together. */
function windowsOf(all: Float64Array, most: number): Float64Array[] {
  return Array.from(all, (_, i) => all.subarray(Math.max(0, i + 1 - most), i + 1));
}

const magnitude = (window: Float64Array) => Math.max(...window.map(Math.abs));

describe('a rolling statistic', () => {
  it('is that of the values in each window', () => {
    fc.assert(
      fc.property(values, rows, (all, most) => {
        const windows = windowsOf(all, most);
        expect([...rolling(all, 'min', most)]).toEqual(windows.map((window) => Math.min(...window)));
        expect([...rolling(all, 'max', most)]).toEqual(windows.map((window) => Math.max(...window)));
        for (const [i, mean] of rolling(all, 'mean', most).entries()) {
          // In parts, since their sum may be beyond all doubles.
          const expected = windows[i].reduce((sum, one) => sum + one / windows[i].length, 0);
          const rounding = 2 * (windows[i].length + 1) * (Number.EPSILON * magnitude(windows[i]) + 2 ** -1060);
          expect(Math.abs(mean - expected)).toBeLessThanOrEqual(rounding);
          expect(mean).toBeGreaterThanOrEqual(Math.min(...windows[i]));
          expect(mean).toBeLessThanOrEqual(Math.max(...windows[i]));
        }
      }),
    );
  });

  it('forgets what has left the window, whatever it was', () => {
    const spiked = [1e16, ...Array.from({ length: 50 }, (_, i) => i / 7)];
    const means = rolling(floats(spiked), 'mean', 3);
    const without = rolling(floats(spiked.slice(1)), 'mean', 3);
    for (let i = 3; i < spiked.length; i++) expect(means[i]).toBeCloseTo(without[i - 1], 14);
  });

  it('does not drift over a million values', () => {
    const all = Float64Array.from({ length: 1_000_000 }, (_, i) => 1000 + Math.sin(i * i));
    const means = rolling(all, 'mean', 100);
    const window = all.subarray(-100);
    expect(means.at(-1)).toBeCloseTo(window.reduce((sum, one) => sum + one, 0) / 100, 10);
  });
});

describe('an exponential moving average', () => {
  const weight = fc.oneof(
    fc.double({ min: 1e-9, max: 1, maxExcluded: true, noNaN: true }),
    fc.constantFrom(0, 1 - 2 ** -53),
  );

  it('is the mean of the values so far, each of which weighs w times the one behind it', () => {
    fc.assert(
      fc.property(values, weight, (all, w) => {
        for (const [i, average] of ema(all, w).entries()) {
          const soFar = all.subarray(0, i + 1);
          const weights = soFar.map((_, j) => w ** (i - j));
          const together = weights.reduce((sum, one) => sum + one, 0);
          const expected = soFar.reduce((sum, one, j) => sum + one * (weights[j] / together), 0);
          const largest = Math.max(...soFar.map((one, j) => Math.abs(one) * (weights[j] / together)));
          const rounding = 8 * (i + 1) * (i + 1) * (Number.EPSILON * largest + 2 ** -1060);
          expect(Math.abs(average - expected)).toBeLessThanOrEqual(rounding);
        }
      }),
    );
  });

  it('is the curve itself with no weight on what came before', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(ema(all, 0).map((v) => v + 0)).toEqual(all.map((v) => v + 0));
      }),
    );
  });
});

it('what is smoothed of a constant curve is that constant, to the bit', () => {
  fc.assert(
    fc.property(value, fc.nat({ max: 50 }), fc.double({ min: 0, max: 0.9999, noNaN: true }), (constant, count, w) => {
      const all = new Float64Array(count).fill(constant);
      for (const derived of [ema(all, w), rolling(all, 'mean', 7)]) {
        expect([...derived].every((one) => one === constant)).toBe(true);
      }
    }),
  );
});

it('a rate is the change since the value so many before, by the seconds between, among values with a time', () => {
  const timed = fc.array(fc.tuple(value, fc.option(fc.integer({ min: 0, max: 10_000_000 }))), { maxLength: 40 });
  fc.assert(
    fc.property(timed, rows, (points, most) => {
      const all = floats(points.map(([one]) => one));
      const times = floats(points.map(([, time]) => time ?? Number.NaN));
      const expected = points.map(([one, time], i) => {
        const earlier = points.slice(0, i).filter(([, other]) => other !== null);
        const [since = null] = earlier.slice(-most);
        if (time === null || since?.[1] == null || since[1] >= time) return Number.NaN;
        return (one - since[0]) / ((time - since[1]) / 1e6);
      });
      expect([...rate(all, times, most)]).toEqual(expected);
    }),
  );
});
