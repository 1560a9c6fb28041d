/** Makes sure that both sides of a comparison did the same work. */

/** @throws unless both are as long as each other, and equal in every number */
export function expectSameNumbers(what: string, ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  if (ours.length !== theirs.length) throw new Error(`${what}: ${ours.length} numbers here, ${theirs.length} there`);
  for (let i = 0; i < ours.length; i++) {
    if (!Object.is(ours[i], theirs[i])) throw new Error(`${what}[${i}]: ${ours[i]} here, ${theirs[i]} there`);
  }
}
