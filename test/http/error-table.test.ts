import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_STATUS } from '../../src/errors.ts';

const PAGE = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const ROW = /^\| `(\w+)` +\| (\d+) +\| .*\w.* \| .*\w.* \|$/gm;

it('the page of errors has every code there is, and no other, with its status, when, and what to do', () => {
  const rows = Array.from(PAGE.matchAll(ROW), ([, code, status]) => [code, Number(status)]);
  expect(Object.fromEntries(rows)).toEqual(ERROR_STATUS);
  expect(rows).toHaveLength(Object.keys(ERROR_STATUS).length);
});
