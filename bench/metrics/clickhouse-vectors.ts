/**
 * Asks ClickHouse's `lttb` which rows it chooses of some awkward curves, and writes its answers as test vectors:
 *
 *     npm --prefix bench run vectors
 *
 * ClickHouse runs in this process: npm `chdb`, which the build installs. Its answers are first held against a reference of a few lines and two
 * published examples; a disagreement ends the script before anything is written.
 *
 * Only sizes whose last bucket reaches to the row before the last are asked for (`bucketsReachTheEnd`): at the others
 * ClickHouse never looks at that row, while the project keeps it selectable. Its formula for a triangle's area also
 * rounds otherwise than the author's, so that of triangles that are equal but for rounding it may take another one.
 * None of these curves meets with that.
 */
import { writeFileSync } from 'node:fs';
import { query } from 'chdb';
import { LTTB_VECTORS } from '../harness/places.ts';
import { type Curve, curves } from './curves.ts';
import { bucketsReachTheEnd, referenceLttb } from './reference-lttb.ts';

const WANTED = [3, 4, 7, 12, 25, 60, 100];

const published: readonly (Curve & { wanted: number; indices: readonly number[] })[] = [
  {
    name: 'ten rows, published',
    x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    y: [10, 20, 15, 30, 40, 35, 50, 60, 55, 70],
    wanted: 4,
    indices: [0, 2, 8, 9],
  },
  {
    name: 'a line of ten rows, published',
    x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    y: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    wanted: 4,
    indices: [0, 1, 5, 9],
  },
];

interface Choice {
  readonly wanted: number;
  readonly indices: readonly number[];
}

/** @returns the rows that ClickHouse chooses: it answers with points, which x, being distinct, leads back to rows */
function clickhouseLttb({ x, y }: Curve, wanted: number): number[] {
  const points = `arrayJoin(arrayZip(${float64Array(x)}, ${float64Array(y)}))`;
  const answer = query(`SELECT arrayJoin(lttb(${wanted})(point.1, point.2)).1 FROM (SELECT ${points} AS point)`, 'CSV');
  const rowOf = new Map(x.map((value, row) => [value, row]));
  return answer
    .trim()
    .split('\n')
    .map((value) => {
      const row = rowOf.get(Number(value));
      if (row === undefined) throw new Error(`ClickHouse chose x = ${value}, which is no row's`);
      return row;
    });
}

function float64Array(values: readonly number[]): string {
  return `CAST([${values.join(',')}], 'Array(Float64)')`;
}

/** More rows than there are is a size too, once: nothing is left out then. */
function sizesFor(rows: number): number[] {
  const more = WANTED.find((wanted) => wanted > rows);
  return WANTED.filter((wanted) => wanted === more || (wanted <= rows && bucketsReachTheEnd(rows, wanted)));
}

function choose(curve: Curve, wanted: number): Choice {
  const indices = clickhouseLttb(curve, wanted);
  expectSame(`${curve.name}, ${wanted} rows`, indices, referenceLttb(curve.x, curve.y, wanted));
  return { wanted, indices };
}

function expectSame(what: string, actual: readonly number[], expected: readonly number[]): void {
  if (actual.join() !== expected.join()) {
    throw new Error(`${what}: ClickHouse chose ${actual.join()}, expected was ${expected.join()}`);
  }
}

for (const curve of published) {
  expectSame(curve.name, choose(curve, curve.wanted).indices, curve.indices);
}
const series = curves().map((curve) => {
  const { name, x, y } = curve;
  return { name, x, y, choices: sizesFor(x.length).map((wanted) => choose(curve, wanted)) };
});
const clickhouse = query('SELECT version()', 'TSV').trim();
writeFileSync(
  LTTB_VECTORS,
  JSON.stringify({ madeWith: { script: 'bench/metrics/clickhouse-vectors.ts', clickhouse }, series }),
);
console.log(
  `ClickHouse ${clickhouse}: ${series.flatMap(({ choices }) => choices).length} choices of ${series.length} curves`,
);
