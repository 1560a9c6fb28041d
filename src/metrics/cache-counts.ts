/** What an answer cost: nothing, since the file had not changed; all of the file; only what was appended. */
export type Cost = 'hit' | 'miss' | 'incremental';

/** The cost of both together: the greater one. */
export function greaterCost(one: Cost | undefined, other: Cost): Cost {
  return one === 'miss' || (one === 'incremental' && other === 'hit') ? one : other;
}

/** What answers have cost so far. */
export interface AnswerCounts {
  readonly hits: number;
  readonly misses: number;
  readonly incrementalUpdates: number;
  /** Shares of all three together; 0 before the first answer. */
  readonly hitRate: number;
  readonly incrementalRate: number;
}

/** Counts answers by what they cost. */
export class CacheCounts {
  readonly #counts: Record<Cost, number> = { hit: 0, miss: 0, incremental: 0 };

  add(cost: Cost): void {
    this.#counts[cost]++;
  }

  get(): AnswerCounts {
    const { hit, miss, incremental } = this.#counts;
    const all = Math.max(1, hit + miss + incremental);
    return {
      hits: hit,
      misses: miss,
      incrementalUpdates: incremental,
      hitRate: hit / all,
      incrementalRate: incremental / all,
    };
  }
}
