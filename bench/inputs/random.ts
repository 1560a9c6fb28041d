/** Seeded random numbers: the same seed gives the same numbers on every machine, from any point on. */

/** The word that splitmix32 gives for `state`: every bit of the input stirs every bit of the output. */
function mix(state: number): number {
  let word = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a_2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

/** @returns number `index` of the sequence `seed`, uniform in [0, 1), with all 53 bits of a double at random */
export function uniformAt(seed: number, index: number): number {
  const key = mix(seed);
  const high = mix(key + Math.imul(2 * index, 0x9e37_79b9)) >>> 5;
  const low = mix(key + Math.imul(2 * index + 1, 0x9e37_79b9)) >>> 6;
  return (high * 0x400_0000 + low) / 2 ** 53;
}

/** @returns a function that gives the sequence `seed` from its start, one number a call */
export function uniforms(seed: number): () => number {
  let index = 0;
  return () => uniformAt(seed, index++);
}
