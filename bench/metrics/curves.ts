/** Small seeded curves, each awkward for a downsampler in its own way, in numbers of at most three decimals. */
import { uniforms } from '../inputs/random.ts';

/** One curve: x ascending and distinct, as long as y. */
export interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Gives y at a row; called for the rows in order. */
type Shape = (row: number, random: () => number) => number;

/** Gives the distance from one row's x to the next one's. */
type Spacing = (random: () => number) => number;

interface Recipe {
  readonly name: string;
  readonly rows: number;
  readonly shape: Shape;
  readonly spacing?: Spacing;
  readonly start?: number;
}

const even: Spacing = () => 1;
const uneven: Spacing = (random) => 0.001 + 50 * random() ** 4;

const recipes: readonly Recipe[] = [
  { name: 'a random walk', rows: 400, shape: walkFrom(0) },
  { name: 'a random walk at uneven distances', rows: 260, shape: walkFrom(0), spacing: uneven },
  { name: 'a random walk below zero, with x below zero', rows: 240, shape: walkFrom(-500), start: -300 },
  { name: 'noise', rows: 300, shape: (_, random) => 200 * random() - 100 },
  { name: 'noise at uneven distances', rows: 200, shape: (_, random) => 20 * random(), spacing: uneven },
  {
    name: 'rare spikes on a flat line',
    rows: 360,
    shape: (_, random) => (random() < 0.03 ? 900 * random() - 450 : 0),
  },
  { name: 'steps', rows: 300, shape: (row) => [3, 3, -2, 7, 7, 1][Math.floor(row / 50)] ?? 0 },
  { name: 'plateaus, full of equal triangles', rows: 220, shape: (row) => Math.floor(row / 4) % 3 },
  { name: 'a saw of two values, full of equal triangles', rows: 150, shape: (row) => row % 2 },
  { name: 'the same value everywhere', rows: 90, shape: () => 5 },
  { name: 'a rising line', rows: 100, shape: (row) => row },
  { name: 'a falling loss with noise', rows: 320, shape: (row, random) => 4 * Math.exp(-row / 60) + 0.1 * random() },
  { name: 'a wave at uneven distances', rows: 180, shape: (row) => Math.sin(row / 7), spacing: uneven },
  { name: 'a wave at unix times', rows: 140, shape: (row) => 1000 * Math.cos(row / 9), start: 1_704_067_200 },
  { name: 'five rows', rows: 5, shape: walkFrom(0) },
  { name: 'eight rows', rows: 8, shape: walkFrom(0), spacing: uneven },
  { name: 'seventeen rows', rows: 17, shape: (_, random) => 10 * random() },
];

export function curves(): Curve[] {
  return recipes.map((recipe, index) => draw(recipe, uniforms(index + 1)));
}

function draw({ name, rows, shape, spacing = even, start = 0 }: Recipe, random: () => number): Curve {
  const x: number[] = [];
  const y: number[] = [];
  let at = start;
  for (let row = 0; row < rows; row++) {
    x.push(thousandths(at));
    y.push(thousandths(shape(row, random)));
    at = thousandths(at + spacing(random));
  }
  return { name, x, y };
}

/** Each call gives the next place of a walk. */
function walkFrom(start: number): Shape {
  let at = start;
  return (_, random) => {
    at += 10 * random() - 5;
    return at;
  };
}

/** Rounded to three decimals; never -0, which JSON does not tell from 0. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000 + 0;
}
