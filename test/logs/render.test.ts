import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RAW, renderLine } from '../../src/logs/render.ts';

const STRIPPED = { carriageReturns: 'raw', ansi: 'strip' } as const;
const COLLAPSED = { carriageReturns: 'collapse', ansi: 'keep' } as const;
const TEXT = { carriageReturns: 'collapse', ansi: 'strip' } as const;

const BAR = '\r\u001b[31m 50%|##  |\u001b[0m\r\u001b[32m100%|####|\u001b[0m';

it('leaves a raw line as it is', () => {
  expect(renderLine(BAR, RAW)).toBe(BAR);
});

it('takes escape sequences from a raw line and leaves its carriage returns', () => {
  expect(renderLine(BAR, STRIPPED)).toBe('\r 50%|##  |\r100%|####|');
});

it('collapses a line to what a terminal shows, with colours or without', () => {
  expect(renderLine(BAR, COLLAPSED)).toBe('\u001b[32m100%|####|\u001b[0m');
  expect(renderLine(BAR, TEXT)).toBe('100%|####|');
});

it.each([
  ['a colour with colons', '\u001b[38:2::1:2:3ma\u001b[4:3mb', 'ab'],
  ['a private mode', '\u001b[?25la\u001b[>4;2mb', 'ab'],
  ['a sequence with an intermediate', '\u001b[!pa\u001b[0 qb\u001b(Bc', 'abc'],
  ['a title with spaces', '\u001b]0;my title\u0007a', 'a'],
  ['a link with spaces', '\u001b]8;;https://a.example/b c\u001b\\here\u001b]8;;\u001b\\', 'here'],
  ['a device control string', '\u001bPq#0\u001b\\a', 'a'],
  ['a sequence in 8 bits', '\u009b31ma\u009d0;t\u009cb\u009d0;t\u0007c', 'abc'],
  ['a sequence that the line cuts', 'a\u001b[3', 'a'],
  ['only the beginning of a title without an end', 'a\u001b]0;loss 0.5', 'a0;loss 0.5'],
])('strips %s', (_, line, stripped) => {
  expect(renderLine(line, STRIPPED)).toBe(stripped);
});

it.each(['\u001b]', '\u0090', '\u001b[1', '\u001b(', '\u001bP\u0090'])(
  'strips a line of many %j in the time of its length',
  (beginning) => {
    // Searched anew from each of them, it would take minutes.
    expect(renderLine(beginning.repeat(300_000), STRIPPED)).not.toContain('\u001b');
  },
);

it('leaves a line without control characters as it is', () => {
  const plain = fc.string({ unit: 'binary' }).filter((line) => !/\p{Cc}/u.test(line));
  fc.assert(
    fc.property(plain, fc.constantFrom(RAW, STRIPPED, COLLAPSED, TEXT), (line, render) => {
      expect(renderLine(line, render)).toBe(line);
    }),
  );
});

it('collapses to the same text whether styles are stripped at once or later', () => {
  const part = fc.constantFrom(
    '\r',
    '\t',
    '\b',
    '\u001b[K',
    '\u001b[1;31m',
    '\u001b[0m',
    '\u001b[4:3m',
    'loss',
    '中',
    '🚀',
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const collapsed = renderLine(parts.join(''), COLLAPSED);
      expect(renderLine(collapsed, STRIPPED)).toBe(renderLine(parts.join(''), TEXT));
      expect(renderLine(collapsed, COLLAPSED)).toBe(collapsed);
    }),
  );
});
