/** Times two ways to the same answer, by turns, in one process. */

/** One round of a comparison: both sides do the same work, and `check` sees both answers. */
export interface Comparison<Ours, Theirs> extends Rounds<Ours, Theirs> {
  readonly ours: () => Promise<Ours> | Ours;
  readonly theirs: () => Promise<Theirs> | Theirs;
}

/** The same of sides that take their own time. */
export interface TimedComparison<Ours, Theirs> extends Rounds<Ours, Theirs> {
  readonly ours: () => Promise<Timed<Ours>>;
  readonly theirs: () => Promise<Timed<Theirs>>;
}

interface Rounds<Ours, Theirs> {
  readonly rounds: number;
  /** Before each round, untimed. */
  readonly prepare?: () => Promise<void> | void;
  /** After each round, untimed; throws where the two did not do the same work. */
  readonly check?: (ours: Ours, theirs: Theirs) => Promise<void> | void;
}

export interface Timed<Answer> {
  readonly answer: Answer;
  readonly ms: number;
}

/** Milliseconds over the rounds of one side. */
export interface Timing {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Comparing {
  readonly ours: Timing;
  readonly theirs: Timing;
  /** How many times as long the rival takes, by the medians. */
  readonly ratio: number;
}

/** Runs one round that does not count, then `rounds` that do, each time with the other side first. */
export function compare<Ours, Theirs>(comparison: Comparison<Ours, Theirs>): Promise<Comparing> {
  const { ours, theirs } = comparison;
  return compareTimed({ ...comparison, ours: () => time(ours), theirs: () => time(theirs) });
}

export async function compareTimed<Ours, Theirs>(comparison: TimedComparison<Ours, Theirs>): Promise<Comparing> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= comparison.rounds; round++) {
    await comparison.prepare?.();
    let mine: Timed<Ours>;
    let rival: Timed<Theirs>;
    if (round % 2 === 0) {
      mine = await comparison.ours();
      rival = await comparison.theirs();
    } else {
      rival = await comparison.theirs();
      mine = await comparison.ours();
    }
    await comparison.check?.(mine.answer, rival.answer);
    if (round === 0) continue;
    ours.push(mine.ms);
    theirs.push(rival.ms);
  }
  return { ours: timing(ours), theirs: timing(theirs), ratio: median(theirs) / median(ours) };
}

export async function time<Answer>(work: () => Promise<Answer> | Answer): Promise<Timed<Answer>> {
  // Neither side pays for the garbage of the other.
  globalThis.gc?.();
  const start = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - start };
}

export function timing(times: readonly number[]): Timing {
  return { median: median(times), lowest: Math.min(...times), highest: Math.max(...times) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
