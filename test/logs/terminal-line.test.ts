import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TerminalLine } from '../../src/logs/terminal-line.ts';

const MOST_CELLS = 262_144;

function show(ansi: 'keep' | 'strip', ...pieces: string[]): string {
  const line = new TerminalLine();
  for (const piece of pieces) line.write(piece);
  return line.show(ansi);
}

it.each([
  ['a plain line', 'epoch 1: loss 0.5', 'epoch 1: loss 0.5'],
  ['nothing', '', ''],
  ['spaces that were written', '  a  ', '  a  '],
  ['the last state of a progress bar', '\r  0%|     | 0/50\r 50%|##   | 25/50\r100%|#####| 50/50', '100%|#####| 50/50'],
  ['what a shorter text leaves of a longer one', 'step 100\rdone', 'done 100'],
  ['a spinner that erases its line', '\r\u001b[K- loading\r\u001b[K\\ loading\r\u001b[Kok', 'ok'],
  ['ESC[0K as ESC[K', 'abcdef\rab\u001b[0K', 'ab'],
  ['ESC[1K up to the cursor', 'abcdef\b\b\b\u001b[1K', '    ef'],
  ['ESC[1K over all of it', 'abc\u001b[1Kd', '   d'],
  ['ESC[2K with the cursor where it was', 'abc\u001b[2Kd', '   d'],
  ['ESC[2K at the end', 'abc\r\u001b[2K', ''],
  ['no erasure that it does not know', 'abc\r\u001b[3K\u001b[?K', 'abc'],
  ['backspaces', 'abc\b\bX', 'aXc'],
  ['no backspace beyond the start', 'a\b\b\bX', 'X'],
  ['tabs as columns', 'a\tb\t\tc', 'a       b               c'],
  ['what a tab goes over', 'abcdefghij\r\tX', 'abcdefghXj'],
  ['no tab at the end', 'abc\t', 'abc'],
  ['no other control characters', 'a\0b\u0007c\u000bd\u007fe', 'abcde'],
  ['no cursor moves and modes', 'a\u001b[2Ab\u001b[1;5Hc\u001b[?25ld\u001b[2J\u001b[!pe\u001b[0 qf', 'abcdef'],
  ['no other escape sequences', 'a\u001b7b\u001b(Bc\u001b([d\u001bce', 'abcde'],
  ['the text of a link', '\u001b]8;;https://a.example/b c\u001b\\here\u001b]8;;\u001b\\!', 'here!'],
  ['no title', '\u001b]0;my title\u0007a', 'a'],
  ['no device control string', '\u001bPq#0\rx\u001b\\a', 'a'],
  ['no sequences in 8 bits', '\u009b31ma\u009d0;t\u009cb', 'ab'],
  ['what follows a sequence that was given up', '\u001b[3\u0018a\u001b]0;t\u001ab\u001b[1é', 'abé'],
  ['no sequence with a DEL in it', 'a\u001b\u007f[1mb', 'ab'],
  ['a soft hyphen', 'a\u00ad\r.', '.\u00ad'],
  ['a carriage return inside a sequence', 'abc\u001b[1\rmX', 'Xbc'],
])('shows %s', (_, text, shown) => {
  expect(show('strip', text)).toBe(shown);
});

it.each([
  ['takes two cells', '中文\rabc', 'abc'],
  ['is blanked by what overwrites its first half', '中x\ra', 'a x'],
  ['is blanked by what overwrites its second half', '中x\b\ba', ' ax'],
  ['blanks the other half of those that it overlaps', 'a中中\r文', '文 中'],
  ['is blanked by an erasure that cuts it', 'a中\b\u001b[K', 'a'],
  ['is blanked by an erasure that ends in it', '中x\r\u001b[1K', '  x'],
  ['may be an emoji', '🚀x\r..', '..x'],
  ['may be an emoji of several', '👩‍🚀x\r..', '..x'],
  ['may have a skin tone', '👍🏽x\r..', '..x'],
  ['may be a flag', '🇩🇪x\r..', '..x'],
  ['may be a syllable of several letters', '\u1112\u1161\u11abx\r..', '..x'],
])('a wide character %s', (_, text, shown) => {
  expect(show('strip', text)).toBe(shown);
});

it.each([
  ['joins the character before', 'e\u0301x\r.', '.x'],
  ['joins a wide character', '中\u0301x\r..', '..x'],
  ['stays with it', 'xe\u0301\r.', '.e\u0301'],
  ['joins a character of another style', 'e\u001b[1m\u0301x\r.', '.x'],
  ['joins a blank', '\t\u0301x', '       \u0020\u0301x'],
  ['is not shown where there is none', '\ufeffab\rx', 'xb'],
])('a combining mark %s', (_, text, shown) => {
  expect(show('strip', text)).toBe(shown);
});

it('does not join an emoji to a joiner of another style', () => {
  expect(show('keep', '👩\u200d\u001b[31m🚀')).toBe('👩\u200d\u001b[31m🚀\u001b[0m');
});

it('shows half a surrogate pair as a replacement character', () => {
  expect(show('strip', 'a\udc00b\ud800c')).toBe('a\ufffdb\ufffdc');
});

it.each([
  ['what it was', '\u001b[31mred\u001b[0m plain', '\u001b[31mred\u001b[0m plain'],
  [
    'that of what was written last',
    '\u001b[31mabcd\r\u001b[32mef\u001b[m',
    '\u001b[32mef\u001b[0m\u001b[31mcd\u001b[0m',
  ],
  ['plain where plain text went over it', '\u001b[31mabcd\u001b[0m\rxy', 'xy\u001b[31mcd\u001b[0m'],
  ['all attributes since the last reset', '\u001b[1m\u001b[31;4ma', '\u001b[1;31;4ma\u001b[0m'],
  ['without attributes that have ended', '\u001b[1;31ma\u001b[22;39mb', '\u001b[1;31ma\u001b[0mb'],
  ['with the last colour only', '\u001b[31m\u001b[92ma', '\u001b[92ma\u001b[0m'],
  ['of 256 colours', '\u001b[38;5;1;48;5;4ma', '\u001b[38;5;1;48;5;4ma\u001b[0m'],
  ['of RGB colours', '\u001b[1;38;2;0;0;0;4ma', '\u001b[1;38;2;0;0;0;4ma\u001b[0m'],
  ['with colons', '\u001b[4:3;58:2::1:2:3ma\u001b[4:0;59mb', '\u001b[4:3;58:2::1:2:3ma\u001b[0mb'],
  ['reset in the midst of parameters', '\u001b[1;0;31;;32ma', '\u001b[32ma\u001b[0m'],
  ['without what is not known or is cut', '\u001b[1;77;38;5ma\u001b[>4;2mb\u001b[38;7;1mc', '\u001b[1mabc\u001b[0m'],
  ['plain in blanks', '\u001b[41ma\tb', '\u001b[41ma\u001b[0m       \u001b[41mb\u001b[0m'],
  ['plain where it was erased', '\u001b[41mabc\b\b\u001b[1K', '  \u001b[41mc\u001b[0m'],
  ['with the last kind of underline', '\u001b[4;21;4ma', '\u001b[21;4ma\u001b[0m'],
  ['not shown without text', 'a\u001b[31m', 'a'],
])('keeps the style of each cell: %s', (_, text, shown) => {
  expect(show('keep', text)).toBe(shown);
});

it('ignores a style with more parameters than any terminal takes', () => {
  expect(show('keep', `\u001b[${'1;'.repeat(600)}1ma\u001b[${'9'.repeat(2000)}Kb`)).toBe('ab');
  expect(show('keep', `\u001b[4:${'1'.repeat(100)}ma`)).toBe('a');
});

it('goes on being fed after it was shown', () => {
  const line = new TerminalLine();
  line.write('10%');
  expect(line.show('strip')).toBe('10%');
  line.write('\r20%');
  expect(line.show('strip')).toBe('20%');
});

it('shows a bounded number of cells and says that there was more', () => {
  const full = 'x'.repeat(MOST_CELLS);
  expect(show('strip', full)).toBe(full);
  expect(show('strip', full, 'y')).toBe(`${full} …`);
  expect(show('keep', '\u001b[1m', full, 'y')).toBe(`\u001b[1m${full}\u001b[0m …`);
  expect(show('strip', full.slice(1), '中')).toBe(`${full.slice(1)}  …`);
  expect(show('strip', full, 'yyy\r', '\u001b[K')).toBe('');
  expect(show('strip', full, 'y\u001b[K')).toBe(`${full} …`);
  expect(show('strip', full, 'y\u001b[2K\rz')).toBe('z');
});

it('shows no more of a character than a few marks', () => {
  expect(show('strip', `e${'\u0301'.repeat(1000)}x`)).toBe(`e${'\u0301'.repeat(31)}x`);
});

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r', '\b', '\t', '\u001b[K', '\u001b[1K', '\u001b[2K', '\u001b[m', '\u001b[0;1m', '\u001b[31m'),
      fc.constantFrom(
        '\u001b[48;5;9m',
        '\u001b[4:3m',
        '\u001b[39m',
        '\u001b[38;2m',
        '\u001b[5A',
        '\u001b]8;;u v\u0007',
      ),
      fc.constantFrom('\u001b', '\u001b\\', '\u009b1;', '\u009c', '\u0018', '\0', '\u007f', '\ud83d', '\ude80', ';'),
      fc.constantFrom('中', '🚀', '👩', '\u200d', '\ufe0f', '♂', '👍', '🏽', '🇩', 'e', '\u0301', '\u1161', '\ufeff'),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 10 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const ansi = fc.constantFrom<('keep' | 'strip')[]>('keep', 'strip');

it('shows the same however the text is cut', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(100)), ansi, (whole, cuts, look) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).toSorted((a, b) => a - b), whole.length];
      const pieces = places.map((place, index) => whole.slice(place, places[index + 1]));
      expect(show(look, ...pieces)).toBe(show(look, whole));
      expect(show(look, ...whole.split(''))).toBe(show(look, whole));
    }),
  );
});

it('shows what it has shown as it is', () => {
  fc.assert(
    fc.property(text, ansi, (whole, look) => {
      const shown = show(look, whole);
      expect(show(look, shown)).toBe(shown);
    }),
  );
});

it('shows the same text with styles and without', () => {
  fc.assert(
    fc.property(text, (whole) => {
      expect(show('strip', show('keep', whole))).toBe(show('strip', whole));
    }),
  );
});
