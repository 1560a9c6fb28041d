import { expect, it } from 'vitest';
import { readableLine } from '../../src/monitoring/readable-line.ts';

const TIME = '2026-01-02T03:04:05.678Z';

it('a line to read has time, level, message, and by name what that does not say', () => {
  const line = JSON.stringify({ level: 'info', time: TIME, requestId: 'a', status: 200, msg: 'GET / 200' });
  expect(readableLine(line, false)).toMatch(/^\d\d:04:05 info {2}GET \/ 200 requestId=a\n$/);
});

it('a line to read has a stack on lines of its own', () => {
  const line = JSON.stringify({ level: 'error', time: TIME, stack: 'TypeError: x\n    at y', msg: 'log: x' });
  expect(readableLine(line, false)).toMatch(/ error log: x\nTypeError: x\n {4}at y\n$/);
});

it('what clients have named can neither break a line to read nor steer the terminal', () => {
  const line = JSON.stringify({ level: 'warn', time: TIME, msg: 'run a\nb', name: '\u001b[2Jx\u009b1m\r' });
  expect(readableLine(line, false)).toMatch(/ warn {2}run a�b name=�\[2Jx�1m�\n$/);
});

it('a line to read has colours where the terminal has them', () => {
  const line = JSON.stringify({ level: 'error', time: TIME, msg: 'x' });
  expect(readableLine(line, true)).toContain('\u001b[31merror\u001b[39m x');
});
