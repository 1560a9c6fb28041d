/** Noise around zero of about the given width. */
export type Noise = (width: number) => number;

/** The same noise for the same seed: sums of three uniform numbers, made by mulberry32. */
export function seededNoise(seed: number): Noise {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return (width) => width * (uniform() + uniform() + uniform() - 1.5);
}

/** Exponential approach from one level to another; after `pace` steps, 63 % of the way is done. */
export function approach(step: number, from: number, to: number, pace: number): number {
  return to + (from - to) * Math.exp(-step / pace);
}

/** Learning rate: linear up to the peak during the warm-up, then half a cosine down to zero. */
export function schedule(step: number, peak: number, warmup: number, last: number): number {
  if (step < warmup) return (peak * step) / warmup;
  return (peak / 2) * (1 + Math.cos((Math.PI * (step - warmup)) / (last - warmup)));
}

/** A loss that is `loss` at first, grows from step 1000 on, overflows, and ends as not a number. */
export function explode(step: number, loss: number): number {
  if (step > 1180) return Number.NaN;
  return step > 1150 ? Number.POSITIVE_INFINITY : loss * 1.05 ** Math.max(0, step - 1000);
}
