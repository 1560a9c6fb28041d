import { expect, it } from 'vitest';
import { eventFuzzer } from './event-fuzzer.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';

/** What `npm run fuzz` tries for minutes, for a second or two: always the same inputs. */
it.each<[promise: string, make: () => Promise<Fuzzer>, rounds: number]>([
  ['mutated events files are served by the rules of the file, however they grow and are replaced', eventFuzzer, 40],
])('%s', async (_promise, make, rounds) => {
  await expect(fuzz(make, 1, { rounds, ms: Number.POSITIVE_INFINITY })).resolves.toMatchObject({ rounds });
});
