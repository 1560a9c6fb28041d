import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldLines } from '../../../web/logs/held-lines.ts';

const texts = (first: number, count: number, length: number) =>
  Array.from({ length: count }, (_, i) => `${first + i}`.padEnd(length, '.'));

it('holds no more than there is room for, but always what is shown', () => {
  const visits = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 500 })));
  fc.assert(
    fc.property(visits, (all) => {
      const held = new HeldLines(50_000);
      for (const [first, count] of all) {
        held.show({ first, end: first + 50 });
        held.put(first, texts(first, count, 100));
        expect(held.missing({ first, end: first + Math.min(count, 50) })).toBeNull();
      }
      const kept = all.flatMap(([first, count]) =>
        texts(first, count, 100).map((text, i) => [text, held.at(first + i)]),
      );
      const there = new Set(kept.flatMap(([, text]) => text ?? []));
      // Those shown lie in three chunks of a hundred at most, or came with those.
      expect(there.size).toBeLessThanOrEqual(500 + 300);
      expect(kept.filter(([text, at]) => at !== undefined && at !== text)).toEqual([]);
    }),
  );
});

it('lets go of empty lines too, which are not for nothing', () => {
  const held = new HeldLines(30_000);
  const empty = Array.from({ length: 100 }, () => '');
  for (let first = 1; first < 100_000; first += 100) held.put(first, empty);
  expect(held.at(1)).toBeUndefined();
  expect(held.at(99_999)).toBe('');
});

it('lets go of what was used longest ago', () => {
  const held = new HeldLines(40_000);
  held.put(1, texts(1, 100, 100));
  held.put(1001, texts(1001, 100, 100));
  held.put(2001, texts(2001, 100, 100));
  held.show({ first: 1, end: 50 });
  held.show({ first: 2001, end: 2050 });
  held.put(3001, texts(3001, 100, 100));
  expect([1, 1001, 2001, 3001].map((number) => held.at(number) !== undefined)).toEqual([true, false, true, true]);
});

it('says which lines are missing, from the first to the last', () => {
  const held = new HeldLines();
  held.put(5, ['five', 'six']);
  held.put(101, ['hundred and one']);
  expect(held.missing({ first: 5, end: 7 })).toBeNull();
  expect(held.missing({ first: 4, end: 7 })).toEqual({ first: 4, end: 5 });
  expect(held.missing({ first: 5, end: 102 })).toEqual({ first: 7, end: 101 });
  held.forget(6);
  expect(held.missing({ first: 5, end: 7 })).toEqual({ first: 6, end: 7 });
});
