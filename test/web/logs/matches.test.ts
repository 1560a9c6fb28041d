import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesIn, withMatches } from '../../../web/logs/matches.ts';

const span = (text: string) => ({ text, classes: [], style: {} });

it('finds every occurrence that does not overlap the one before it', () => {
  expect(matchesIn('aaaa a', 'aa', true)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
  ]);
  expect(matchesIn('Loss loss', 'loss', true)).toEqual([{ from: 5, to: 9 }]);
  expect(matchesIn('Loss loss', 'LOSS', false)).toHaveLength(2);
  expect(matchesIn('loss', '', false)).toEqual([]);
});

it('finds the right place behind letters that are longer in lower case', () => {
  expect(matchesIn('İİ step', 'STEP', false)).toEqual([{ from: 3, to: 7 }]);
  expect(matchesIn('x İ', 'i̇', false)).toEqual([{ from: 2, to: 3 }]);
});

it('finds a letter whole of which only a part is wanted, or two parts', () => {
  const dot = '\u0307';
  expect(matchesIn('İ', 'i', false)).toEqual([{ from: 0, to: 1 }]);
  expect(matchesIn('İİİ', `${dot}i`, false)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 3 },
  ]);
});

it('finds a text wherever the gateway does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'i', 'I', 'İ', '\u0307', 'ß', 'Σ', '中', '😀') });
  fc.assert(
    fc.property(text, text, text, (before, wanted, after) => {
      const line = before + wanted + after;
      const isFound = wanted !== '' && line.toLowerCase().includes(wanted.toLowerCase());
      const matches = matchesIn(line, wanted, false);
      expect(matches.length > 0).toBe(isFound);
      const ends = [0, ...matches.map(({ to }) => to)];
      expect(matches.every(({ from, to }, i) => from >= (ends[i] ?? 0) && from < to && to <= line.length)).toBe(true);
    }),
  );
});

it('cuts spans where matches begin and end, those that go over several too', () => {
  const pieces = withMatches([span('epoch 1 lo'), span('s'), span('s 0.5')], [{ from: 8, to: 12 }]);
  expect(pieces.map(({ text, isMatch }) => [text, isMatch])).toEqual([
    ['epoch 1 ', false],
    ['lo', true],
    ['s', true],
    ['s', true],
    [' 0.5', false],
  ]);
});

it('loses nothing of a line, and marks just what was found', () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1 }));
  fc.assert(
    fc.property(texts, fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), (parts, wanted) => {
      const line = parts.join('');
      const ranges = matchesIn(line, wanted, true);
      const pieces = withMatches(parts.map(span), ranges);
      expect(pieces.map(({ text }) => text).join('')).toBe(line);
      expect(pieces.every(({ text }) => text !== '')).toBe(true);
      const marked = pieces.flatMap(({ text, isMatch }) => Array.from({ length: text.length }, () => isMatch));
      const wantedMarks = Array.from(line, (_, i) => ranges.some(({ from, to }) => from <= i && i < to));
      expect(marked).toEqual(wantedMarks);
    }),
  );
});

it('takes a time that grows with what there is, not with its square', { timeout: 60_000 }, () => {
  const wide = Array.from({ length: 100_000 }, () => span('ab'));
  const start = performance.now();
  expect(withMatches(wide, matchesIn('ab'.repeat(100_000), 'a', true))).toHaveLength(200_000);
  // Each span with each range would take half a minute, this a tenth of a second.
  expect(performance.now() - start).toBeLessThan(10_000);
});
