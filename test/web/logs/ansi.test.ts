import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderLine } from '../../../src/logs/render.ts';
import { type Span, spansOf } from '../../../web/logs/ansi.ts';

/** The pieces of a line as the gateway sends it. */
function spans(line: string): readonly Span[] {
  return spansOf(renderLine(line, { carriageReturns: 'collapse', ansi: 'keep' }));
}

const styled = (text: string, style: object, ...classes: string[]) => ({ text, style, classes });

it('gives the sixteen colours those of the theme', () => {
  expect(spans('plain \u001b[31mred\u001b[0m \u001b[1;93mbold\u001b[m')).toEqual([
    styled('plain ', {}),
    styled('red', { color: 'var(--ansi-red)' }),
    styled(' ', {}),
    styled('bold', { color: 'var(--ansi-bright-yellow)' }, 'ansi-bold'),
  ]);
  expect(spans('\u001b[38;5;1mone\u001b[38;5;9mnine')).toEqual([
    styled('one', { color: 'var(--ansi-red)' }),
    styled('nine', { color: 'var(--ansi-bright-red)' }),
  ]);
});

it('knows 256 colours and all others, however they are written, and lets the theme make them readable', () => {
  for (const sequence of ['38;5;208', '38:5:208', '38;2;255;135;0', '38:2:255:135:0', '38:2::255:135:0']) {
    const [span] = spans(`\u001b[${sequence}morange`);
    expect(span).toEqual(styled('orange', { '--colour': 'rgb(255 135 0)' }, 'ansi-any'));
  }
  expect(spans('\u001b[38;5;244mgrey')).toEqual([styled('grey', { '--colour': 'rgb(128 128 128)' }, 'ansi-any')]);
});

it('keeps text on a background readable', () => {
  expect(spans('\u001b[41;37mfailed')).toEqual([styled('failed', { background: 'var(--ansi-red)' }, 'ansi-on')]);
  const onYellow = { background: 'rgb(255 255 0)', color: '#000' };
  expect(spans('\u001b[48;2;255;255;0mwarning')).toEqual([styled('warning', onYellow)]);
  const onBlue = { background: 'rgb(0 0 135)', color: '#fff' };
  expect(spans('\u001b[48;5;18mnote')).toEqual([styled('note', onBlue)]);
  expect(spans('\u001b[38;2;1;2;3;48;2;4;5;6mboth')).toEqual([
    styled('both', { background: 'rgb(4 5 6)', color: 'rgb(1 2 3)' }),
  ]);
});

it('turns colours round where they are inverse', () => {
  expect(spans('\u001b[7mtitle')).toEqual([styled('title', { background: 'var(--ansi-white)' }, 'ansi-on')]);
  expect(spans('\u001b[32;7mgood')).toEqual([styled('good', { background: 'var(--ansi-green)' }, 'ansi-on')]);
});

it('shows bold, dim, italic, underlined and struck text as such', () => {
  const classes = spans('\u001b[1ma\u001b[0;2mb\u001b[0;3mc\u001b[0;4md\u001b[0;9me\u001b[0;4:3mf').map(
    (span) => span.classes,
  );
  expect(classes).toEqual([
    ['ansi-bold'],
    ['ansi-dim'],
    ['ansi-italic'],
    ['ansi-underline'],
    ['ansi-strikethrough'],
    ['ansi-underline'],
  ]);
});

it('takes the colour of an underline for no other', () => {
  for (const colour of ['58;2;1;2;4', '58;5;31', '58:2::1:2:4']) {
    expect(spans(`\u001b[4;${colour};31mtext`)).toEqual([
      styled('text', { color: 'var(--ansi-red)' }, 'ansi-underline'),
    ]);
  }
});

it('shows all of the text and nothing else, whatever was written', () => {
  const codes = fc.constantFrom(
    '0',
    '1',
    '4:3',
    '31',
    '38;5;',
    '200',
    '38;2;1;2;3',
    '58;5;2',
    '48:2::9:9:9',
    '',
    ':',
    '9999',
  );
  const sequence = fc.array(codes, { maxLength: 5 }).map((parts) => `\u001b[${parts.join(';')}m`);
  const other = fc.constantFrom('\u001b[2K', '\u001b]0;title\u0007', '\u001b[', '\r', '\t', '<b>&amp;', '[31m', '中文');
  const lines = fc.array(fc.oneof(sequence, other, fc.string()), { maxLength: 12 });
  fc.assert(
    fc.property(lines, (parts) => {
      const line = parts.join('');
      const shown = spans(line)
        .map(({ text }) => text)
        .join('');
      expect(shown).toBe(renderLine(line, { carriageReturns: 'collapse', ansi: 'strip' }));
    }),
  );
});
