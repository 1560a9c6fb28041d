/**
 * How fast a curve changes: the difference between each value and the one `rows` values before it, divided by the seconds
 * between the two; at the start, where there are fewer, since the first value.
 *
 * @param values finite
 * @param times of the values, in microseconds; NaN where it is not known
 * @param rows at least 1
 * @returns a rate for each value, NaN where there is none: for the first one, for those without a time, which no other
 *   one is measured by either, and where time did not go on between the two. Infinite where it is beyond all doubles
 */
export function rate(values: Float64Array, times: Float64Array, rows: number): Float64Array {
  const rates = new Float64Array(values.length).fill(Number.NaN);
  const timed = placesOf(times);
  for (let i = 1; i < timed.length; i++) {
    const since = timed[Math.max(0, i - rows)];
    const at = timed[i];
    const seconds = (times[at] - times[since]) / 1e6;
    if (seconds > 0) rates[at] = (values[at] - values[since]) / seconds;
  }
  return rates;
}

function placesOf(times: Float64Array): Uint32Array {
  const places = new Uint32Array(times.length);
  let count = 0;
  for (let i = 0; i < times.length; i++) if (!Number.isNaN(times[i])) places[count++] = i;
  return places.subarray(0, count);
}
