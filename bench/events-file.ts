/** Seeded events files: four metrics with all their digits, in lines as the Python SDK writes them. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { uniformAt } from './random.ts';

/** The columns of such a file beside `global_step`, all numbers. */
export const METRICS = ['train/loss', 'train/accuracy', 'train/grad_norm', 'train/learning_rate'] as const;

const SEED = 20_240_101;
const START = 1_704_067_200;
const STEPS_OF_THE_SCHEDULE = 1_000_000;
const LINES_A_WRITE = 4096;

/** Writes the events of steps [from, to), behind what is there unless `from` is 0. */
export async function writeEvents(file: string, from: number, to: number): Promise<void> {
  const stream = createWriteStream(file, { flags: from === 0 ? 'w' : 'a' });
  for (let start = from; start < to; start += LINES_A_WRITE) {
    const count = Math.min(LINES_A_WRITE, to - start);
    const lines = Array.from({ length: count }, (_, offset) => eventLine(start + offset));
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

/** A function of the step alone, so that a file that grew equals one written at once. */
function eventLine(step: number): string {
  const noise = (which: number) => uniformAt(SEED + which, step);
  const progress = step / STEPS_OF_THE_SCHEDULE;
  const decay = Math.exp(-5 * progress);
  const loss = 0.2 + 2.1 * decay + 0.15 * noise(0);
  const accuracy = 0.93 - 0.8 * decay - 0.05 * noise(1);
  // Rarely a spike, as gradients have them.
  const gradNorm = (0.5 + noise(2)) * (noise(3) > 0.9995 ? 40 : 1);
  const learningRate = 1.5e-4 * (1 + Math.cos(Math.PI * Math.min(progress, 1))) + 1e-9 * noise(4);
  const values = [loss, accuracy, gradNorm, learningRate].map(pythonFloat);
  const metrics = METRICS.map((name, i) => `"${name}": ${values[i]}`).join(', ');
  const time = pythonFloat(START + 0.25 * step + 0.1 * noise(5));
  return `{"ts": ${time}, "type": "metrics", "data": {${metrics}, "global_step": ${step}, "time": ${time}}}\n`;
}

/** A positive double as Python's `json` writes it: the digits are ECMAScript's, small numbers have an exponent. */
function pythonFloat(value: number): string {
  if (value >= 1e-4) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split('e-');
  return `${digits}e-${exponent?.padStart(2, '0')}`;
}
