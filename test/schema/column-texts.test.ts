import { expect, it } from 'vitest';
import { ColumnTexts } from '../../schema/column-texts.ts';

const MEGABYTE = 1024 * 1024;

function made(text: string): () => string {
  return () => text;
}

function neverMade(): string {
  throw new Error('made once more');
}

it('keeps what is asked for again, and nothing that is asked for once', () => {
  const texts = new ColumnTexts();
  const cells = Float64Array.of(1, 2);

  expect(texts.of(cells)(0, made('1,2'))).toBe('1,2');
  expect(texts.of(cells)(0, made('again'))).toBe('again');
  expect(texts.of(cells)(0, neverMade)).toBe('again');
});

it('tells columns and their stretches apart', () => {
  const texts = new ColumnTexts();
  const [one, other] = [Float64Array.of(1, 2), Float64Array.of(1, 2)];
  texts.of(one);
  texts.of(other);

  expect(texts.of(one)(0, made('a'))).toBe('a');
  expect(texts.of(one)(1, made('b'))).toBe('b');
  expect(texts.of(other)(0, made('c'))).toBe('c');
  expect([0, 1].map((from) => texts.of(one)(from, neverMade))).toEqual(['a', 'b']);
});

it('keeps 16 MB at most: what was asked for last', () => {
  const texts = new ColumnTexts();
  const columns = Array.from({ length: 4 }, () => Float64Array.of(0));
  for (const cells of columns) texts.of(cells);
  for (const cells of columns) texts.of(cells)(0, made('x'.repeat(5 * MEGABYTE)));

  expect(texts.of(columns[3])(0, neverMade)).toHaveLength(5 * MEGABYTE);
  expect(texts.of(columns[1])(0, neverMade)).toHaveLength(5 * MEGABYTE);
  expect(texts.of(columns[0])(0, made('gone'))).toBe('gone');
});
