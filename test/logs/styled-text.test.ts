import fc from 'fast-check';
import { expect, it } from 'vitest';
import { showStyledText } from '../../src/logs/styled-text.ts';
import { TerminalLine } from '../../src/logs/terminal-line.ts';

const codes = fc.constantFrom(
  '',
  '0',
  '1',
  '22',
  '31',
  '39',
  '97',
  '38;5;208',
  '38;2;1;2;3',
  '48:2::9:9:9',
  '4:3',
  '58;5;9',
  '999',
  ':',
);
const style = fc.array(codes, { maxLength: 4 }).map((parameters) => `\u001b[${parameters.join(';')}m`);
const texts = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 8,
});
const logText = fc.string({
  unit: fc.constantFrom('a', ' ', '█', '│', 'é', '中', '训', 'が', '한', '！', '…', '—'),
  maxLength: 8,
});
const other = fc.constantFrom(
  '\r',
  '\t',
  '\b',
  '\u001b[K',
  '\u001b[',
  '\u001b]0;t\u0007',
  '\u0301',
  '👍',
  '\u200d',
  '\u00ad',
  '\ud800',
);

function inTerminal(line: string, ansi: 'keep' | 'strip'): string {
  const terminal = new TerminalLine();
  terminal.write(line);
  return terminal.show(ansi);
}

it('shows what a terminal shows, or leaves the line to it', () => {
  const lines = fc.array(fc.oneof(style, style, logText, logText, texts, other), { maxLength: 8 });
  fc.assert(
    fc.property(lines, fc.constantFrom('keep' as const, 'strip' as const), (parts, ansi) => {
      const line = parts.join('');
      expect(showStyledText(line, ansi) ?? inTerminal(line, ansi)).toBe(inTerminal(line, ansi));
    }),
    { numRuns: 2000 },
  );
});

it('shows all lines of letters, bars and styles', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(style, logText)), (parts) => {
      expect(showStyledText(parts.join(''), 'keep')).toBe(inTerminal(parts.join(''), 'keep'));
    }),
  );
});

it('takes each character of which lines may be made for one that a terminal gives its own cells', () => {
  const wrong = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((character) => {
    const line = `a${character}\u001b[1m${character}b${character}`;
    const shown = showStyledText(line, 'keep');
    return shown !== undefined && shown !== inTerminal(line, 'keep');
  });
  expect(wrong).toEqual([]);
});

it('leaves a style with more parameters than any terminal takes, and a line without end, to the terminal', () => {
  expect(showStyledText(`\u001b[${'1;'.repeat(600)}mtext`, 'keep')).toBeUndefined();
  expect(showStyledText('x'.repeat(200_000), 'keep')).toBeUndefined();
});
