/** LTTB in the plainest words, sharing no code with the project: what ClickHouse's answers are held against. */

/**
 * Tells whether the last bucket reaches to the row before the last one. Where rounding makes it end earlier,
 * Steinarsson's code and ClickHouse pass over that row, and the project does not: there they are not comparable.
 */
export function bucketsReachTheEnd(rows: number, wanted: number): boolean {
  const every = (rows - 2) / (wanted - 2);
  return Math.floor((wanted - 2) * every) === rows - 2;
}

/** @returns the `wanted` chosen indices, ascending; all of them where there are no more */
export function referenceLttb(x: readonly number[], y: readonly number[], wanted: number): number[] {
  const rows = x.length;
  if (rows <= wanted) return [...x.keys()];
  const every = (rows - 2) / (wanted - 2);
  const bucket = (index: number): number[] => {
    if (index === wanted - 2) return [rows - 1];
    const start = Math.floor(index * every) + 1;
    const end = Math.floor((index + 1) * every) + 1;
    return Array.from({ length: end - start }, (_, offset) => start + offset);
  };
  const chosen = [0];
  for (let index = 0; index < wanted - 2; index++) {
    const a = chosen[index];
    const cx = mean(bucket(index + 1).map((row) => x[row]));
    const cy = mean(bucket(index + 1).map((row) => y[row]));
    const areas = bucket(index).map((b) => Math.abs((x[a] - cx) * (y[b] - y[a]) - (x[a] - x[b]) * (cy - y[a])) / 2);
    // indexOf finds the first of equals.
    chosen.push(bucket(index)[areas.indexOf(Math.max(...areas))]);
  }
  return [...chosen, rows - 1];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
