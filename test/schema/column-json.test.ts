import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Column, columnJson } from '../../schema/column-json.ts';

/** Columns of so many cells are written in pieces. */
const LARGE = 20_000;

const numbers = fc.array(fc.double(), { maxLength: 50 });
const label = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uuid(),
    fc.uuid().map((text) => `"${text}"`),
  ),
);
const labels = fc.array(label, { maxLength: 50 });

/** A cell list long enough to be cut, whose every slice looks different. */
const repeated = fc
  .tuple(fc.oneof(numbers, labels), fc.integer({ min: 1, max: LARGE }))
  .map(([cells, length]) => (cells.length === 0 ? [] : Array.from({ length }, (_, i) => cells[i % cells.length])));

function isNumbers(cells: readonly unknown[]): cells is readonly number[] {
  return cells.every((cell) => typeof cell === 'number');
}

function isLabels(cells: readonly unknown[]): cells is readonly (string | null)[] {
  return cells.every((cell) => typeof cell !== 'number');
}

function columnOf(cells: readonly unknown[]): Column {
  if (isLabels(cells)) return new Column(cells);
  if (isNumbers(cells)) return new Column(Float64Array.from(cells));
  throw new TypeError('a column of both');
}

function textOf(json: string | Iterable<string>): string {
  return typeof json === 'string' ? json : [...json].join('');
}

it('the text is that of JSON.stringify with arrays for columns, wherever they are and whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(repeated, { maxLength: 6 }), fc.jsonValue(), (columns, other) => {
      const shape = (value: (cells: readonly unknown[]) => unknown) => {
        const [first = [], ...rest] = columns.map(value);
        return { data: { first, rest, again: [first, { other, first }] }, errors: [other] };
      };
      expect(textOf(columnJson(shape(columnOf)))).toBe(JSON.stringify(shape((cells) => cells)));
    }),
    { numRuns: 40 },
  );
});

it('a zero is written without its sign, and what is not finite as null', () => {
  const cells = Float64Array.of(-0, 0, Number.NaN, Infinity, -Infinity, 5e-324, 1e21, 1.7976931348623157e308);
  expect(columnJson([new Column(cells)])).toBe('[[0,0,null,null,null,5e-324,1e+21,1.7976931348623157e+308]]');
});

it('small columns make one text, and large ones pieces of which none is much longer than 64 KiB', () => {
  const small = new Column(Float64Array.from({ length: 2000 }, (_, i) => Math.sqrt(i)));
  expect(columnJson([small, small, small, small, small])).toBeTypeOf('string');
  const many = columnJson(Array.from({ length: 200 }, () => small));
  const large = columnJson([new Column(Float64Array.from({ length: 1_000_000 }, (_, i) => Math.sqrt(i)))]);
  const texts = columnJson([new Column(Array.from({ length: 1000 }, () => 'x'.repeat(10_000)))]);
  for (const json of [many, large, texts]) {
    if (typeof json === 'string') throw new Error('made at a stretch');
    const [first, ...pieces] = [...json].map(({ length }) => length);
    expect(first).toBeLessThan(400_000);
    expect(Math.max(...pieces)).toBeLessThan(200_000);
    expect(pieces.length).toBeGreaterThan(50);
  }
});

it('a label that is the mark of an answer before is a label', () => {
  const large = new Column(new Float64Array(LARGE));
  const marks: string[] = [];
  const spy = { toJSON: () => marks.push(String(large.toJSON())) };
  columnJson([large, spy]);
  expect(marks).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)]);
  const value = (column: unknown) => [column, marks[0], `"${marks[0]}"`, { [marks[0] ?? '']: column }];
  expect(textOf(columnJson(value(large)))).toBe(JSON.stringify(value(Array.from({ length: LARGE }, () => 0))));
});

it('by itself a column is stringified as an array, also after a value that could not be', () => {
  const column = new Column(Float64Array.of(1, 2));
  const fault = {
    toJSON() {
      throw new RangeError('no');
    },
  };
  expect(() => columnJson([column, fault])).toThrow('no');
  expect(JSON.stringify({ column })).toBe('{"column":[1,2]}');
});
