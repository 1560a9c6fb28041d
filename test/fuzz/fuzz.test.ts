import { expect, it } from 'vitest';
import { eventFuzzer } from './event-fuzzer.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { logFuzzer } from './log-fuzzer.ts';
import { requestFuzzer } from './request-fuzzer.ts';
import { socketFuzzer } from './socket-fuzzer.ts';
import { storageFuzzer } from './storage-fuzzer.ts';

/** What `npm run fuzz` tries for minutes, for a second or two: always the same inputs. */
it.each<[promise: string, make: () => Promise<Fuzzer>, rounds: number]>([
  ['mutated events files are served by the rules of the file, however they grow and are replaced', eventFuzzer, 30],
  ['mutated logs are told line by line, in pages and as they grow, whoever comes back and when', logFuzzer, 12],
  [
    'mutated requests are answered as errors of theirs, or as what they are, and leave nothing behind',
    requestFuzzer,
    150,
  ],
  ['sockets whose clients break the protocols close with a code of these, and leave nothing behind', socketFuzzer, 200],
  ['storages that are disturbed while they are listed are listed exactly once they are at rest', storageFuzzer, 2],
])('%s', { timeout: 60_000 }, async (_promise, make, rounds) => {
  await expect(fuzz(make, 1, { rounds, ms: Number.POSITIVE_INFINITY })).resolves.toMatchObject({ rounds });
});
