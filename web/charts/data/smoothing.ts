/**
 * Goes on with an exponential moving average of which the gateway has told the beginning: each newer value has the smoothed
 * one that follows from those before it, until the gateway tells it. The formula is that of the API.
 *
 * @param values null where there is no number
 * @param smoothed of the same length; null behind what the gateway told
 * @param weight from 0 to less than 1
 * @param count how many numbers the gateway had smoothed, infinite where it is not known
 */
export function continueSmoothing(
  values: readonly (number | null)[],
  smoothed: readonly (number | null)[],
  weight: number,
  count: number,
): readonly (number | null)[] {
  const told = smoothed.findLastIndex((value) => value !== null);
  const continued = smoothed.slice();
  let last = smoothed[told] ?? null;
  if (last === null) return continued;
  let numbers = count;
  for (let index = told + 1; index < values.length; index++) {
    const value = values[index] ?? null;
    if (value === null) continue;
    const sum: number = weight * last * (1 - weight ** numbers) + (1 - weight) * value;
    numbers++;
    last = sum / (1 - weight ** numbers);
    continued[index] = last;
  }
  return continued;
}
