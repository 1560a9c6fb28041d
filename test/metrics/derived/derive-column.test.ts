import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Formula } from '../../../src/metrics/derived/derivation.ts';
import { deriveColumn, type Recipe } from '../../../src/metrics/derived/derive-column.ts';
import { ema } from '../../../src/metrics/derived/ema.ts';
import { rate } from '../../../src/metrics/derived/rate.ts';
import { rolling } from '../../../src/metrics/derived/rolling.ts';
import { RowView, rowOf } from '../../../src/metrics/rows/row-view.ts';
import { chunksOfColumns } from '../../support/metrics.ts';

type Values = readonly (number | null)[];

const column: fc.Arbitrary<Values> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: -100, max: 100 }) },
    { weight: 2, arbitrary: fc.constantFrom(null, null, Number.NaN, Number.POSITIVE_INFINITY) },
  ),
  { maxLength: 40 },
);
const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 6 });

/** What is made of the rows of a table, which are a second apart: a number for each, null for none. */
function derive(columns: readonly Values[], at: readonly number[], recipe: Recipe): Values {
  const rows = columns[0].length;
  const steps = Array.from({ length: rows }, (_, row) => 10 * row);
  const chunks = chunksOfColumns(steps, columns, at);
  const id = columns.length;
  const made = new RowView(chunks, 'step', new Map([[id, deriveColumn(chunks, recipe)]])).column(id);
  const derived = Array.from<unknown, number | null>({ length: rows }, () => null);
  for (const stretch of made.cells(0, rows)) {
    const { cells } = stretch.column.chunk;
    for (let cell = stretch.from; cell < stretch.to; cell++) {
      if (cells.kind(cell) === 'number') derived[rowOf(stretch, cell)] = cells.numbers[cell];
    }
  }
  return derived;
}

const FORMULAS: readonly [Formula, (values: Float64Array, times: Float64Array) => Float64Array][] = [
  [{ kind: 'ema', weight: 0.9 }, (values) => ema(values, 0.9)],
  [{ kind: 'rolling', statistic: 'mean', rows: 3 }, (values) => rolling(values, 'mean', 3)],
  [{ kind: 'rate', rows: 2 }, (values, times) => rate(values, times, 2)],
];

it('a column is made of the finite numbers of another one, however the rows are cut into chunks', () => {
  fc.assert(
    fc.property(column, column, cuts, (other, source, at) => {
      const columns = [source.map((_, row) => other[row] ?? null), source];
      for (const [formula, evaluate] of FORMULAS) {
        const isPoint = source.map((value) => value !== null && Number.isFinite(value));
        const values = source.filter((value): value is number => value !== null && Number.isFinite(value));
        const times = source.map((_, row) => row * 1e6).filter((_, row) => isPoint[row]);
        const results = [...evaluate(Float64Array.from(values), Float64Array.from(times))];
        const expected = source.map((logged, row) => {
          if (!isPoint[row]) return logged;
          const result = results.shift() ?? Number.NaN;
          return Number.isNaN(result) ? null : result;
        });
        expect(derive(columns, at, { source: 1, formula })).toEqual(expected);
      }
    }),
  );
});

it('a column is made of the steps', () => {
  const formula: Formula = { kind: 'rate', rows: 1 };
  expect(derive([[1, null, 3, 4]], [2], { source: 'step', formula })).toEqual([null, 10, 10, 10]);
});
