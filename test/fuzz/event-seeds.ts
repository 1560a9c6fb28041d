import fc from 'fast-check';
import { eventFile } from '../support/event-files.ts';
import { eventLines, metricsEvent } from '../support/storage.ts';
import type { Material } from './mutations.ts';
import type { Random } from './random.ts';

const DEEP = 1500;

const EVENT_WORDS = [
  '0',
  '-0',
  '-0.0',
  '0.1',
  '1e400',
  '-1e400',
  '1e-400',
  '4.9e-324',
  '2.2250738585072011e-308',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '0.30000000000000004441',
  '123456789012345678901234567890e-20',
  '9.5e-3',
  '1E5',
  '1e+5',
  '1e',
  '1.',
  '.5',
  '+1',
  '01',
  '-',
  '0x10',
  '1_000',
  'NaN',
  '-NaN',
  'nan',
  'Infinity',
  '-Infinity',
  '+Infinity',
  'Infinity5',
  'true',
  'false',
  'null',
  'nul',
  'True',
  '[]',
  '{}',
  '[1, {"a": [NaN, "x"]}]',
  '{"loss": 1}',
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  '['.repeat(DEEP),
  '""',
  '"1"',
  '" -7 "',
  '"1e3"',
  '"\\u0031"',
  '"\\ud83d\\ude80"',
  '"\\ud83d"',
  '"\\ude80\\ud83d"',
  '"\\u0000"',
  '"\\q"',
  '"\\',
  '"\\u12"',
  '"a\tb"',
  '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
  '"\u2028"',
  '"ts"',
  '"type"',
  '"data"',
  '"metrics"',
  '"image"',
  '"time"',
  '"step"',
  '"global_step"',
  '"epoch"',
  '"loss"',
  '"__proto__"',
  '"constructor"',
  '"0"',
  '"\\u0074ype"',
  '"__proto__": {"x": 1}, ',
  '"global_step": null, ',
  '"step": 3, ',
  '"time": 1700000000.5, ',
  '"data": {"loss": 2}, ',
  '"type": "metrics", ',
  '"ts": 1700000001.0000005, ',
  ': ',
  ', ',
  '{',
  '}',
  ' ',
  '\n',
  '\r\n',
  '\n\n',
  '\u00a0',
  '\ufeff',
] as const;

const NAMES = ['loss', 'train/loss', 'val/accuracy', 'lr', 'stage', '损失', 'grad norm', 'a"b'] as const;

/** An events file as it might be, and what to change it with. */
export function eventSeed(random: Random): { readonly file: Buffer; readonly material: Material } {
  const odd = fc.sample(eventFile, { seed: random.below(2 ** 31), numRuns: 4 });
  const logged = loggedFile(random);
  const file = random.chance(0.7) ? logged : random.element(odd);
  return { file, material: { dictionary: EVENT_WORDS, others: [logged, ...odd] } };
}

/** As the SDK writes it: lines that are much alike, which a fast reader has a way of its own for. */
function loggedFile(random: Random): Buffer {
  const names = NAMES.filter(() => random.chance(0.4));
  const length = random.chance(0.02) ? 4000 : random.below(40);
  const events = Array.from({ length }, (_, i) => {
    const cells = names.filter(() => random.chance(0.95)).map((name) => [name, loggedValue(name, random)] as const);
    return metricsEvent(random.chance(0.95) ? i : random.below(10), Object.fromEntries(cells));
  });
  const text = eventLines(events);
  return Buffer.from(random.chance(0.1) ? text.replaceAll('\n', '\r\n') : text);
}

function loggedValue(name: string, random: Random): unknown {
  if (name === 'stage') return random.pick(['warmup', 'train', '训练']);
  if (random.chance(0.02)) return random.pick([Number.NaN, Infinity, -Infinity, null, true]);
  return random.chance(0.3) ? random.below(1000) : random.fraction() * 10 ** (random.below(40) - 20);
}
