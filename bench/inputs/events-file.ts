/** Seeded events files of several shapes, all numbers with all their digits, in lines as the Python SDK writes them. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { uniformAt, uniforms } from './random.ts';

/** What the events of a file look like; event i has step i and a later timestamp than the one before. */
export interface EventsShape {
  readonly name: string;
  /** Columns beside the axis, `time` among them where it is logged. */
  readonly columns: number;
  /** What `data` of event `step` holds, in order. @param time as Python writes it */
  readonly data: (step: number, time: string) => string[];
}

const SEED = 20_240_101;
const START = 1_704_067_200;
const STEPS_OF_THE_SCHEDULE = 1_000_000;
const LINES_A_WRITE = 4096;

/** The metrics of `FOUR_METRICS` and `FOUR_COLUMNS`. */
export const METRICS = ['train/loss', 'train/accuracy', 'train/grad_norm', 'train/learning_rate'] as const;

export const FOUR_METRICS: EventsShape = {
  name: '4 metrics',
  columns: METRICS.length + 1,
  data: (step, time) => {
    const values = curvesAt(step);
    return [...METRICS.map((name, i) => member(name, values[i])), ...stepAndTime(step, time)];
  },
};

/** The same metrics without the `time` that the SDK adds: what REST answers with is the step and these. */
export const FOUR_COLUMNS: EventsShape = {
  name: '4 columns',
  columns: METRICS.length,
  data: (step) => {
    const values = curvesAt(step);
    return [...METRICS.map((name, i) => member(name, values[i])), `"global_step": ${step}`];
  },
};

const MANY = Array.from({ length: 50 }, (_, i) => `layer_${String(i).padStart(2, '0')}/grad_norm`);

export const FIFTY_METRICS: EventsShape = {
  name: '50 metrics',
  columns: MANY.length + 1,
  data: (step, time) => [...MANY.map((name, i) => member(name, uniformAt(SEED + i, step))), ...stepAndTime(step, time)],
};

const CHANGING = ['loss', 'accuracy', 'grad_norm', 'lr', 'perplexity', 'tokens', 'mfu', 'entropy', 'kl', 'reward'];
const LINES_OF_A_LAYOUT = 3;

/** Every three lines log other metrics, in another order. */
export const CHANGING_METRICS: EventsShape = {
  name: 'changing metrics',
  columns: CHANGING.length + 1,
  data: (step, time) => {
    const random = uniforms(SEED + Math.floor(step / LINES_OF_A_LAYOUT));
    const logged = CHANGING.filter(() => random() < 0.6).map((name, i) => member(name, uniformAt(SEED + i, step)));
    return shuffled([...logged, ...stepAndTime(step, time)], random);
  },
};

const SPARSE_COLUMNS = 10_000;
const LOGGED_AT_ONCE = 10;

/** Of 10 000 metrics each event logs 10. */
export const SPARSE_METRICS: EventsShape = {
  name: '10 of 10 000 metrics',
  columns: SPARSE_COLUMNS + 1,
  data: (step, time) => {
    const group = SPARSE_COLUMNS / LOGGED_AT_ONCE;
    const first = Math.floor(uniformAt(SEED, step) * group);
    const logged = Array.from({ length: LOGGED_AT_ONCE }, (_, i) =>
      member(`expert_${String(first + i * group).padStart(4, '0')}/load`, uniformAt(SEED + 1 + i, step)),
    );
    return [...logged, ...stepAndTime(step, time)];
  },
};

/** Writes the events of steps [from, to), behind what is there unless `from` is 0. */
export async function writeEvents(file: string, shape: EventsShape, from: number, to: number): Promise<void> {
  const stream = createWriteStream(file, { flags: from === 0 ? 'w' : 'a' });
  for (let start = from; start < to; start += LINES_A_WRITE) {
    const count = Math.min(LINES_A_WRITE, to - start);
    const lines = Array.from({ length: count }, (_, offset) => eventLine(shape, start + offset));
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

/** A function of the step alone, so that a file that grew equals one written at once. */
function eventLine({ data }: EventsShape, step: number): string {
  const time = pythonFloat(START + 0.25 * step + 0.1 * uniformAt(SEED + 5, step));
  return `{"ts": ${time}, "type": "metrics", "data": {${data(step, time).join(', ')}}}\n`;
}

function curvesAt(step: number): number[] {
  const noise = (which: number) => uniformAt(SEED + which, step);
  const progress = step / STEPS_OF_THE_SCHEDULE;
  const decay = Math.exp(-5 * progress);
  const loss = 0.2 + 2.1 * decay + 0.15 * noise(0);
  const accuracy = 0.93 - 0.8 * decay - 0.05 * noise(1);
  // Rarely a spike, as gradients have them.
  const gradNorm = (0.5 + noise(2)) * (noise(3) > 0.9995 ? 40 : 1);
  const learningRate = 1.5e-4 * (1 + Math.cos(Math.PI * Math.min(progress, 1))) + 1e-9 * noise(4);
  return [loss, accuracy, gradNorm, learningRate];
}

function stepAndTime(step: number, time: string): string[] {
  return [`"global_step": ${step}`, `"time": ${time}`];
}

function member(name: string, value: number): string {
  return `"${name}": ${pythonFloat(value)}`;
}

/** A positive double as Python's `json` writes it: the digits are ECMAScript's, small numbers have an exponent. */
function pythonFloat(value: number): string {
  if (value >= 1e-4) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split('e-');
  return `${digits}e-${exponent?.padStart(2, '0')}`;
}

/** Fisher and Yates. */
function shuffled(items: string[], random: () => number): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}
