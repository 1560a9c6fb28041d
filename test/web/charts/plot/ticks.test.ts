import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationTicks, logTicks, momentTicks, numberTicks, type Tick } from '../../../../web/charts/plot/ticks.ts';

const labels = (ticks: readonly Tick[]) => ticks.map(({ label }) => label);

describe('the ticks of numbers', () => {
  it('are round, with the decimals that tell them apart', () => {
    expect(labels(numberTicks(0, 1, 5))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(labels(numberTicks(0.93, 0.9342, 4))).toEqual(['0.930', '0.932', '0.934']);
    expect(labels(numberTicks(-3, 3, 3))).toEqual(['-2', '0', '2']);
  });

  it('are in thousands and millions where these are shorter', () => {
    expect(labels(numberTicks(0, 200_000, 4))).toEqual(['0', '50k', '100k', '150k', '200k']);
    expect(labels(numberTicks(0, 1_000_000, 4))).toEqual(['0', '0.5M', '1.0M']);
    expect(labels(numberTicks(0, 5000, 5))).toEqual(['0', '1,000', '2,000', '3,000', '4,000', '5,000']);
  });

  it('are whole steps however far one zooms in', () => {
    expect(labels(numberTicks(12_344.2, 12_347.9, 9, 1))).toEqual(['12,345', '12,346', '12,347']);
  });

  it('have exponents where they are tiny or huge', () => {
    expect(labels(numberTicks(0, 4e-5, 4))).toEqual(['0', '1e-5', '2e-5', '3e-5', '4e-5']);
    expect(labels(numberTicks(1e300, 2e300, 2))).toEqual(['1e300', '1.5e300', '2e300']);
    expect(numberTicks(0, 3e-310, 3).length).toBeGreaterThan(1);
  });

  it('lie in the range, in order, and are as many as there is room for, each with a label of its own', () => {
    const size = fc.double({ min: 1e-200, max: 1e200, noNaN: true });
    fc.assert(
      fc.property(size, size, fc.boolean(), fc.integer({ min: 2, max: 20 }), (a, length, isNegative, most) => {
        const from = isNegative ? -a : a;
        const to = from + length;
        fc.pre(to - from > Math.max(a, length) * 1e-9);
        const ticks = numberTicks(from, to, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        expect(ticks.every(({ at }) => at >= from && at <= to)).toBe(true);
        expect(new Set(labels(ticks)).size).toBe(ticks.length);
      }),
    );
  });
});

describe('the ticks of a logarithmic scale', () => {
  it('are powers of ten, or fewer of these, or more between them', () => {
    expect(labels(logTicks(0.001, 100, 8))).toEqual(['0.001', '0.01', '0.1', '1', '10', '100']);
    expect(labels(logTicks(1e-9, 1, 5))).toEqual(['1e-9', '1e-7', '1e-5', '0.001', '0.1']);
    expect(labels(logTicks(0.1, 3, 6))).toEqual(['0.1', '0.2', '0.5', '1', '2']);
    expect(labels(logTicks(2.1, 2.4, 4))).toEqual(['2.1', '2.2', '2.3', '2.4']);
  });
});

describe('the ticks of times', () => {
  it('that last are told in their two largest units', () => {
    expect(labels(durationTicks(0, 100, 4))).toEqual(['0', '30s', '1m', '1m 30s']);
    expect(labels(durationTicks(0, 5 * 3600, 3))).toEqual(['0', '2h', '4h']);
    expect(labels(durationTicks(0, 3 * 86_400, 6))).toEqual(['0', '12h', '1d', '1d 12h', '2d', '2d 12h', '3d']);
    expect(labels(durationTicks(0, 0.4, 4))).toEqual(['0.0s', '0.1s', '0.2s', '0.3s', '0.4s']);
  });

  it('of day have the date where another day begins', () => {
    const evening = new Date(2026, 10, 25, 22).getTime() / 1000;
    expect(labels(momentTicks(evening, evening + 4 * 3600, 4))).toEqual([
      '22:00\nNov 25',
      '23:00',
      '00:00\nNov 26',
      '01:00',
      '02:00',
    ]);
    expect(labels(momentTicks(evening, evening + 3, 3))[1]).toBe('22:00:01');
  });

  it('over days are midnights, over years their first days', () => {
    const start = new Date(2026, 10, 25).getTime() / 1000;
    expect(labels(momentTicks(start, start + 4 * 86_400, 4))).toEqual([
      'Nov 25',
      'Nov 26',
      'Nov 27',
      'Nov 28',
      'Nov 29',
    ]);
    expect(labels(momentTicks(start, start + 120 * 86_400, 4))).toEqual([
      'Dec 2026',
      'Jan 2027',
      'Feb 2027',
      'Mar 2027',
    ]);
    expect(labels(momentTicks(start, start + 1400 * 86_400, 5))).toEqual(['2027', '2028', '2029', '2030']);
  });
});
