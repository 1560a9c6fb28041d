import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesAmong, changesBetween, labelValues } from '../../../src/metrics/answers/label-series.ts';
import { sampleOf } from '../../../src/metrics/answers/sample.ts';
import { rowsAt } from '../../../src/metrics/rows/row-selection.ts';
import { viewOfColumns } from '../../support/metrics.ts';

/** What a row holds in the column: a label, a number, or nothing. */
const cell = fc.constantFrom('a', 'b', 'true', true, false, 1, null);

const rows = fc.array(cell, { minLength: 1, maxLength: 40 });

it('changes are the labels that differ from the one before, wherever the rows are cut into chunks', () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat(40)), fc.nat(), fc.nat(), fc.nat(10), (cells, cuts, a, b, most) => {
      const view = viewOfColumns([...cells.keys()], [cells], cuts);
      const [from, to] = [a % cells.length, (b % cells.length) + 1].toSorted((one, other) => one - other);
      const range = rowsAt(view, from, to);
      const labels = cells
        .map((value, x) => ({ x, value }))
        .slice(from, to)
        .filter(({ value }) => typeof value === 'string' || typeof value === 'boolean')
        .map(({ x, value }) => ({ x, value: String(value) }));
      const changes = labels.filter(({ value }, i) => value !== labels[i - 1]?.value);
      const expected = { changeCount: changes.length, changes: changes.slice(0, most) };
      expect(changesBetween(view.column(0), range, most)).toEqual(expected);
      expect(changesAmong(labelValues(view.column(0), sampleOf(range)), most)).toEqual(expected);
    }),
  );
});
