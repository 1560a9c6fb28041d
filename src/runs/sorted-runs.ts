import { LRUCache } from 'lru-cache';
import type { RunCondition } from './run-filter.ts';
import { inDirection, nameOfOrder, positionOf, type RunOrder, type RunPosition } from './run-order.ts';
import type { RunRecord } from './run-record.ts';

/** Which of the runs to take. */
export interface RunSlice {
  /** Only what follows that place; null: from the start. */
  readonly after: RunPosition | null;
  /** Only what precedes that place; null: up to the end. */
  readonly before: RunPosition | null;
  readonly limit: number;
  /** Whether to take them from the end, the last one first. */
  readonly isBackward: boolean;
}

/** A list of runs in one order. Places are found in it whether or not the run that was there still is. */
export class SortedRuns {
  readonly #order: RunOrder;
  readonly #compare: (a: RunPosition, b: RunPosition) => number;
  readonly #runs: readonly RunRecord[];

  constructor(runs: readonly RunRecord[], order: RunOrder) {
    this.#order = order;
    this.#compare = inDirection(order.direction);
    this.#runs = runs
      .map((run) => ({ position: positionOf(run, order), run }))
      .toSorted((a, b) => this.#compare(a.position, b.position))
      .map(({ run }) => run);
  }

  /** How many runs meet the condition. */
  count(condition: RunCondition): number {
    return this.#runs.reduce((count, run) => (condition(run) ? count + 1 : count), 0);
  }

  /** The runs of a slice that meet the condition. Looks at none beyond the last of them. */
  take(condition: RunCondition, { after, before, limit, isBackward }: RunSlice): RunRecord[] {
    const start = after === null ? 0 : this.#countUntil((position) => this.#compare(position, after) > 0);
    const end =
      before === null ? this.#runs.length : this.#countUntil((position) => this.#compare(position, before) >= 0);
    const taken: RunRecord[] = [];
    for (let passed = 0; passed < end - start && taken.length < limit; passed++) {
      const run = this.#runs[isBackward ? end - 1 - passed : start + passed];
      if (run !== undefined && condition(run)) taken.push(run);
    }
    return taken;
  }

  /** How many runs precede the first whose position `isReached`, which is so for all that follow, too. */
  #countUntil(isReached: (position: RunPosition) => boolean): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle];
      if (run === undefined || isReached(positionOf(run, this.#order))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Of a list that does not change: there are as many orders as values have names. */
const KEPT_ORDERS = 16;

const sortedLists = new WeakMap<readonly RunRecord[], LRUCache<string, SortedRuns>>();

/** The runs of a list in that order, sorted once while it is in use: a list that changes is another array. */
export function sortedRuns(list: readonly RunRecord[], order: RunOrder): SortedRuns {
  const orders = sortedLists.get(list) ?? new LRUCache<string, SortedRuns>({ max: KEPT_ORDERS });
  sortedLists.set(list, orders);
  const name = nameOfOrder(order);
  const sorted = orders.get(name) ?? new SortedRuns(list, order);
  orders.set(name, sorted);
  return sorted;
}
