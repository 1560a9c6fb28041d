import { changeOfStyle, restyle } from './text-style.ts';

const ESC = '\u001b';
/** Any but characters that take cells of their own wherever they stand: Latin letters, lines and blocks, Chinese, Japanese, Korean. */
const OTHER =
  /[^ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u203b\u2500-\u259f\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]/;
/** Terminals ignore a longer one. */
const STYLE = new RegExp(`${ESC}\\[([\\d;:]{0,1024})m`);
/** So many characters take no more cells than a terminal line has. */
const LONGEST = 131_072;

/**
 * What TerminalLine shows of a line in which each character follows the one before it, and all else are styles: as of most
 * lines, at a fraction of the cost. Undefined for any other line.
 */
export function showStyledText(line: string, ansi: 'keep' | 'strip'): string | undefined {
  if (line.length > LONGEST) return undefined;
  // Texts, and between them parameters.
  const parts = line.split(STYLE);
  if (parts.some((part, i) => i % 2 === 0 && OTHER.test(part))) return undefined;
  return ansi === 'keep' ? withStyles(parts) : parts.filter((_, i) => i % 2 === 0).join('');
}

function withStyles(parts: readonly string[]): string {
  let shown = '';
  let style = '';
  let next = '';
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) next = restyle(next, part);
    else if (part !== '') {
      shown += changeOfStyle(style, next) + part;
      style = next;
    }
  }
  return shown + changeOfStyle(style, '');
}
