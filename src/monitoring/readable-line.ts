import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const STYLES = new Map<string, Style>([
  ['fatal', 'red'],
  ['error', 'red'],
  ['warn', 'yellow'],
  ['info', 'green'],
]);

/**
 * A line of the log as a person reads it: time of day, level, message, and as `name=value` what the message does
 * not say already.
 * What clients or files have named can neither break the line nor steer the terminal.
 *
 * @param line JSON, as the log writes it
 */
export function readableLine(line: string, hasColors: boolean): string {
  const { time, level, msg, stack, ...rest }: Record<string, unknown> = JSON.parse(line);
  const style = (format: Style, text: string) =>
    hasColors ? styleText(format, text, { validateStream: false }) : text;
  const levelName = String(level);
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const said = new Set(String(msg).split(' '));
  const details = Object.entries(rest)
    .map(([name, value]) => [name, textOf(value)] as const)
    .filter(([, text]) => !said.has(text))
    .map(([name, text]) => ` ${name}=${printable(text)}`);
  const head = `${style('dim', clock)} ${style(STYLES.get(levelName) ?? 'dim', levelName.padEnd(5))}`;
  const trace = typeof stack === 'string' ? `${stack.split('\n').map(printable).join('\n')}\n` : '';
  return `${head} ${printable(String(msg))}${style('dim', details.join(''))}\n${trace}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
