import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markFile, provesUnchanged } from '../../../src/metrics/reading/file-mark.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

it('does not trust the time of a file that was young when it was looked at, however long reading it took', () => {
  const file = join(directory(), 'events.jsonl');
  writeFileSync(file, 'x');
  const fd = openSync(file, 'r');
  const stats = fstatSync(fd, { bigint: true });
  const changedAt = Number(stats.mtimeNs / 1_000_000n);
  const trusted = (askedAt: number) => provesUnchanged(stats, markFile(fd, { stats, askedAt }, 1));
  expect(trusted(changedAt + 49)).toBe(false);
  expect(trusted(changedAt + 50)).toBe(true);
  closeSync(fd);
});
