import { mutateOften } from './mutations.ts';
import type { Random } from './random.ts';

const MOST_MUTATIONS = 15;
/** About where a line is cut, and where one batch ends and the next begins. */
const LONG = [65_536, 262_143, 262_144, 262_145, 300_000] as const;

const PIECES = [
  ['\n', '\r\n', '\r', '\n\n\n', '\r\r\n', ' \t\n', '\u00a0\n', '\v\f\n', '\u2028', '\u0085', '\u0000', '\u0000\n'],
  [
    '\u001b[31m',
    '\u001b[0m',
    '\u001b[2K',
    '\u001b[1;1H',
    '\u001b]0;title\u0007',
    '\u001b[',
    '\u009b1m',
    '\b\b',
    '\u0007',
  ],
  ['Größe', '漢字', '😀', '👨‍👩‍👧', 'e\u0301', '\u200f', '\ufeff', '\ufffd', '[info] ', '[error] run not found', ''],
  [' 10%|█         | 1/10\r', 'x'.repeat(200), '{"json": "\\ud800"}'],
].flat();

const LINES = [
  'epoch 1/10 loss=0.693',
  'Traceback (most recent call last):',
  '  File "train.py", line 3, in <module>',
  '\u001b[32mINFO\u001b[0m saved checkpoint',
  '训练 完成 ✓',
  ' 50%|█████     | 5/10\r100%|██████████| 10/10',
  '',
  '   ',
] as const;

/** A log as programs write it, and as none should. */
export function logSeed(random: Random): Buffer {
  const length = random.chance(0.03) ? 11_000 : random.below(60);
  const lines = Array.from({ length }, (_, i) => `${random.chance(0.7) ? `${i} ` : ''}${random.pick(LINES)}\n`);
  const text = Buffer.from(lines.join(''));
  const material = { dictionary: PIECES, others: [text, Buffer.from(LINES.join('\r\n'))] };
  const mutated = mutateOften(text, random, material, MOST_MUTATIONS);
  if (!random.chance(0.1)) return mutated;
  const at = random.below(mutated.length + 1);
  const long = Buffer.from(random.pick(['x', 'é', '漢', '😀']).repeat(random.pick(LONG)));
  const stretch = long.subarray(random.below(4), random.pick(LONG));
  const end = Buffer.from(random.pick(['', '\r', '\r\n', '\n']));
  return Buffer.concat([mutated.subarray(0, at), stretch, end, mutated.subarray(at)]);
}
