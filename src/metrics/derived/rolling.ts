import { weightedMean } from './weighted-mean.ts';

/** What a window shows of its values. */
export type Statistic = 'min' | 'max' | 'mean';

/** The statistic of two groups of values together, of those of each and how many each has. */
type Fold = (a: number, b: number, countA: number, countB: number) => number;

const FOLDS: Readonly<Record<Statistic, Fold>> = {
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  mean: (a, b, countA, countB) => weightedMean(a, countA / (countA + countB), b, countB / (countA + countB)),
};

/**
 * A statistic of each value and those before it, `rows` together; at the start, where there are fewer, of those there are.
 *
 * In blocks as long as a window, each window is the end of one block and the beginning of the next (van Herk 1992; Gil and
 * Werman 1993). So every value is folded twice, however long the windows are, and none is ever taken out again: what has
 * left a window leaves no rounding error in it.
 *
 * @param values finite
 * @param rows at least 1
 * @returns a number for each value, finite
 */
export function rolling(values: Float64Array, statistic: Statistic, rows: number): Float64Array {
  const fold = FOLDS[statistic];
  const rolled = new Float64Array(values.length);
  const length = Math.min(rows, values.length);
  /** Of the block before: what is known of its values from each place to its end. */
  const ends = new Float64Array(length);
  for (let start = 0; start < values.length; start += length) {
    const block = values.subarray(start, start + length);
    let beginning = block[0];
    for (let i = 0; i < block.length; i++) {
      if (i > 0) beginning = fold(beginning, block[i], i, 1);
      const before = start === 0 ? 0 : length - 1 - i;
      rolled[start + i] = before === 0 ? beginning : fold(ends[i + 1], beginning, before, i + 1);
    }
    let end = block[block.length - 1];
    for (let i = block.length - 1; i >= 0; i--) {
      if (i < block.length - 1) end = fold(end, block[i], block.length - 1 - i, 1);
      ends[i] = end;
    }
  }
  return rolled;
}
