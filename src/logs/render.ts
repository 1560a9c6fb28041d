import { showStyledText } from './styled-text.ts';
import { TerminalLine } from './terminal-line.ts';

/** How the lines of a log are to look. */
export interface LogRender {
  /** `collapse`: as a terminal would show the line in the end, with what carriage returns overwrote gone. */
  readonly carriageReturns: 'raw' | 'collapse';
  /** Whether colours and other ANSI sequences stay. */
  readonly ansi: 'keep' | 'strip';
}

export const RAW: LogRender = { carriageReturns: 'raw', ansi: 'keep' };

const CONTROL = /\p{Cc}/u;

const ESC = '\u001b';
/** OSC, DCS, SOS, PM and APC, each up to its end; none holds what begins another, so that no part is searched twice. */
const STRING = `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007${ESC}\u0080-\u009f]*(?:\u0007|${ESC}\\\\|\u009c)`;
const CONTROL_SEQUENCE = `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]?`;
const OTHER_SEQUENCE = `${ESC}[ -/]*[0-~]?`;
/** ECMA-48. Node's stripVTControlCharacters leaves pieces of colours with colons and of links and titles with spaces. */
const SEQUENCES = new RegExp(`${STRING}|${CONTROL_SEQUENCE}|${OTHER_SEQUENCE}`, 'g');

/** @param line whole, without its end */
export function renderLine(line: string, render: LogRender): string {
  if (render.carriageReturns === 'raw') return render.ansi === 'keep' ? line : line.replace(SEQUENCES, '');
  if (!CONTROL.test(line)) return line;
  return showStyledText(line, render.ansi) ?? showInTerminal(line, render.ansi);
}

function showInTerminal(line: string, ansi: LogRender['ansi']): string {
  const terminal = new TerminalLine();
  terminal.write(line);
  return terminal.show(ansi);
}
