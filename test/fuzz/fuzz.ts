/** `npm run fuzz -- events --minutes 5`: tries random inputs until one breaks a promise, and tells the seed that repeats it. */
import { Command, InvalidArgumentError } from 'commander';
import { eventFuzzer } from './event-fuzzer.ts';
import { FailedRound, type Fuzzer, fuzz } from './fuzzer.ts';
import { logFuzzer } from './log-fuzzer.ts';
import { requestFuzzer } from './request-fuzzer.ts';
import { socketFuzzer } from './socket-fuzzer.ts';
import { storageFuzzer } from './storage-fuzzer.ts';

const FUZZERS: Readonly<Record<string, () => Promise<Fuzzer>>> = {
  events: eventFuzzer,
  logs: logFuzzer,
  requests: requestFuzzer,
  sockets: socketFuzzer,
  storage: storageFuzzer,
};

interface Flags {
  readonly seed: number;
  readonly rounds?: number;
  readonly minutes: number;
}

const command = new Command('npm run fuzz --')
  .description('Tries random inputs against a gateway, for a minute each unless told.')
  .argument('[targets...]', Object.keys(FUZZERS).join(', '), Object.keys(FUZZERS))
  .option('--seed <n>', 'of the first round; each further one has the next', wholeNumber, Date.now() % 2 ** 31)
  .option('--rounds <n>', 'how many rounds at most: as many as there is time for, unless told', positiveNumber)
  .option('--minutes <n>', 'for how long', number, 1)
  .action(async (targets: readonly string[], flags: Flags) => {
    for (const target of targets) await tryOut(target, flags);
  });
await command.parseAsync();

async function tryOut(target: string, { seed, rounds = Number.POSITIVE_INFINITY, minutes }: Flags): Promise<void> {
  const make = FUZZERS[target];
  if (make === undefined) command.error(`there is no '${target}' to fuzz: one of ${Object.keys(FUZZERS).join(', ')}`);
  console.log(`${target}: from seed ${seed} on`);
  try {
    const campaign = await fuzz(make, seed, { rounds, ms: minutes * 60_000 });
    const seconds = (campaign.ms / 1000).toFixed(0);
    console.log(`${target}: ${campaign.inputs} inputs in ${campaign.rounds} rounds, ${seconds} s: every promise held`);
  } catch (error) {
    console.error(`${target}: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof FailedRound) console.error(`npm run fuzz -- ${target} --rounds 1 --seed ${error.seed}`);
    process.exitCode = 1;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}

function positiveNumber(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError('It is not above 0.');
  return Number(text);
}

function number(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('It is not a number above 0.');
  return Number(text);
}
