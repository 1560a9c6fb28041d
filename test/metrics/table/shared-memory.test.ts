import { expect, it } from 'vitest';
import { allocateShared } from '../../../src/metrics/table/shared-memory.ts';

const MIB = 2 ** 20;

it('is given back when it is forgotten, although no heap grows', () => {
  const before = process.memoryUsage.rss();
  let most = before;
  for (let made = 0; made < 1024; made += 16) {
    for (let i = 0; i < 16; i++) new Uint8Array(allocateShared(MIB)).fill(1);
    most = Math.max(most, process.memoryUsage.rss());
  }
  expect(most - before).toBeLessThan(512 * MIB);
});

it('is zero, of the size asked for', () => {
  for (const bytes of [0, 8, 65_535, 65_536, MIB]) {
    const memory = new Uint8Array(allocateShared(bytes));
    expect([memory.length, memory.some((byte) => byte !== 0)]).toEqual([bytes, false]);
  }
});
