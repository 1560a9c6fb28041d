import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredLog } from '../../src/cli/run-source.ts';
import { tailStart } from '../../src/cli/tail-start.ts';

function storedLog(text: string): StoredLog {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    async *read(from, to) {
      yield bytes.subarray(from, to);
    },
  };
}

async function tail(text: string, count: number): Promise<string> {
  return Buffer.from(text)
    .subarray(await tailStart(storedLog(text), count))
    .toString();
}

it('begins where the last lines begin, whether or not the last one has its end', async () => {
  const line = fc.stringMatching(/^[aé ]{0,3}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(line), line, fc.nat(8), async (lines, unfinished, count) => {
      const all = [...lines.map((text) => `${text}\n`), ...(unfinished === '' ? [] : [unfinished])];
      expect(await tail(all.join(''), count)).toBe(count === 0 ? '' : all.slice(-count).join(''));
    }),
  );
});

it('reads back as far as it must', async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`);
  expect(await tail(lines.join(''), 70_000)).toBe(lines.slice(-70_000).join(''));
  expect(await tail(lines.join(''), 100_001)).toBe(lines.join(''));
});
