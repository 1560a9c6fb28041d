import { weightedMean } from './weighted-mean.ts';

/**
 * The exponential moving average that TensorBoard's smoothing slider shows (`resmoothDataset` in its line charts):
 *
 *     s_i = w * s_(i-1) + (1 - w) * v_i,  s_0 = 0,  and the answer is s_i / (1 - w^i)
 *
 * The division takes out that the sum began with 0 (Kingma and Ba, "Adam", 2015, section 3). Here each answer is made of
 * the one before, which is the same: the values up to i weigh 1 - w^i together, of which v_i weighs 1 - w.
 *
 * @param values finite
 * @param weight of what came before: w in [0, 1)
 * @returns an average for each value, finite
 */
export function ema(values: Float64Array, weight: number): Float64Array {
  const averages = new Float64Array(values.length);
  let average = 0;
  let before = 0;
  for (let i = 0; i < values.length; i++) {
    const all = before + (1 - weight);
    average = weightedMean(average, before / all, values[i], (1 - weight) / all);
    before = weight * all;
    averages[i] = average;
  }
  return averages;
}
