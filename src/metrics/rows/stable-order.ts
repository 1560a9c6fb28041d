/**
 * The order that sorts `keys` ascending, equal keys in the order given: a natural merge sort (Knuth, TAOCP 5.2.4), since
 * what is sorted here are a few ascending stretches: a run that was resumed, or ranks that wrote one file together.
 *
 * @param keys what to sort by; NaN keys are left out of the order
 * @returns indices into `keys`
 */
export function stableOrder(keys: Float64Array | Uint32Array): Uint32Array<ArrayBuffer> {
  let order = keptIndices(keys);
  let runs = ascendingRuns(keys, order);
  let spare = new Uint32Array(runs.length > 2 ? order.length : 0);
  while (runs.length > 2) {
    const merged = [0];
    for (let r = 0; r + 1 < runs.length; r += 2) {
      const start = runs[r];
      const middle = runs[r + 1];
      const end = r + 2 < runs.length ? runs[r + 2] : middle;
      merge(keys, order, spare, start, middle, end);
      merged.push(end);
    }
    [order, spare] = [spare, order];
    runs = merged;
  }
  return order;
}

function keptIndices(keys: Float64Array | Uint32Array): Uint32Array<ArrayBuffer> {
  const kept = new Uint32Array(keys.length);
  let count = 0;
  for (let i = 0; i < keys.length; i++) if (!Number.isNaN(keys[i])) kept[count++] = i;
  return kept.slice(0, count);
}

/** Where each ascending stretch begins, and the end of the last one. */
function ascendingRuns(keys: Float64Array | Uint32Array, order: Uint32Array): number[] {
  const starts = [0];
  for (let i = 1; i < order.length; i++) {
    if (keys[order[i]] < keys[order[i - 1]]) starts.push(i);
  }
  if (order.length > 0) starts.push(order.length);
  return starts;
}

/** Merges two neighbouring stretches of `from` into the same place of `into`. */
function merge(
  keys: Float64Array | Uint32Array,
  from: Uint32Array,
  into: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft = left < middle && (right >= end || keys[from[left]] <= keys[from[right]]);
    into[at] = from[takeLeft ? left++ : right++];
  }
}
