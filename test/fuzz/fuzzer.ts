import { Random } from './random.ts';

/** Tries inputs at random, and judges what comes of them. */
export interface Fuzzer extends AsyncDisposable {
  /** All that it does is determined by `random`. Throws a Fault. @returns how many inputs it tried */
  round(random: Random): Promise<number>;
  /** What holds after all rounds. Throws a Fault. */
  finish(): Promise<void>;
}

/** A promise that the gateway did not keep. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** When to stop: whichever comes first. */
export interface Bounds {
  readonly rounds: number;
  readonly ms: number;
}

export interface Campaign {
  readonly rounds: number;
  readonly inputs: number;
  readonly ms: number;
}

/** The seed of the round that failed; the same seed repeats it. */
export class FailedRound extends Error {
  readonly seed: number;

  constructor(seed: number, cause: unknown) {
    super(`seed ${seed}: ${cause instanceof Fault ? cause.message : String(cause)}`, { cause });
    this.seed = seed;
  }
}

/** Runs rounds, the first with `seed` and each with the next number. Throws a FailedRound, or a Fault at the end. */
export async function fuzz(make: () => Promise<Fuzzer>, seed: number, { rounds, ms }: Bounds): Promise<Campaign> {
  await using fuzzer = await make();
  const begunAt = performance.now();
  let inputs = 0;
  let done = 0;
  for (; done < rounds && performance.now() - begunAt < ms; done++) {
    try {
      inputs += await fuzzer.round(new Random(seed + done));
    } catch (error) {
      throw new FailedRound(seed + done, error);
    }
  }
  await fuzzer.finish();
  return { rounds: done, inputs, ms: performance.now() - begunAt };
}
