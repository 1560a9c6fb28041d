import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutateOften } from './mutations.ts';
import type { Random } from './random.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The operations of the page and of the documentation. */
const OPERATIONS: readonly Buffer[] = [
  ...filesBelow('web', '.graphql').flatMap((text) => text.split(/^(?=query|subscription)/m)),
  ...filesBelow('docs', '.md').flatMap((text) =>
    Array.from(text.matchAll(/^```graphql\n(.*?)^```/gms), ([, operation = '']) => operation),
  ),
  'query Everything($text: String) { __schema { types { name fields { name } } } runs { nodes { runId } } }',
]
  .filter((text) => /^(query|subscription|\{)/m.test(text))
  .map((text) => Buffer.from(text));

/** All that has a name in the schema, and what belongs to no schema. */
const WORDS: readonly string[] = [
  [
    ...new Set(
      readFileSync(`${ROOT}schema/schema.graphql`, 'utf8')
        .replaceAll(/""".*?"""/gs, '')
        .match(/\w+/g),
    ),
  ],
  ['$run', '$after', '...', '... on Run', '@include(if: true)', '@skip(if: $x)', '@oneOf', 'fragment F on Run {'],
  ['{', '}', '(', ')', '[', ']', '!', ':', ',', '|', '&', '#', '"""', '"a"', '"\\u{1F680}"', '"\\ud800"', '"""x"""'],
  ['0', '-1', '2147483647', '2147483648', '9007199254740993', '1e308', '1e400', '0.5', 'null', 'true', '__proto__'],
  ['__typename', '__schema { types { name } }', 'a: runs { nodes { runId } }', 'mutation M { x }', 'query Q { runs {'],
].flat();

/** A document that is nearly one of the schema, or one. */
export function document(random: Random): string {
  const operation = random.element(OPERATIONS);
  const material = { dictionary: WORDS, others: OPERATIONS };
  return mutateOften(operation, random, material, random.chance(0.3) ? 0 : 4).toString();
}

/** Values for the variables of a document, of whatever types. @param known ids and cursors that there are */
export function variablesOf(text: string, random: Random, known: readonly string[]): Record<string, unknown> {
  const names = new Set(Array.from(text.matchAll(/\$(\w+)/g), ([, name = '']) => name));
  const values = Array.from(names, (name) => [name, variable(name, random, known)] as const);
  return Object.fromEntries(values.filter(() => random.chance(0.95)));
}

function variable(name: string, random: Random, known: readonly string[]): unknown {
  if (random.chance(0.3)) return anyValue(random, known);
  if (/^(run|runId|id)$/i.test(name)) return random.pick(['grown', 'growing', 'empty', 'missing']);
  if (/columns|names|runs|ids/i.test(name)) return random.pick([['loss'], ['grown', 'growing'], [], ['loss', 'stage']]);
  if (/axis/i.test(name)) return random.pick(['STEP', 'TIME']);
  if (/after|before|cursor/i.test(name)) return random.chance(0.3) ? null : random.element(known);
  return anyValue(random, known);
}

const SCALARS: readonly unknown[] = [
  [null, true, false, 0, -0, 1, -1, 0.5, 100, 1e308, 2 ** 31, 2 ** 31 - 1, 2 ** 53, -(2 ** 53), 1e-320],
  ['', 'grown', 'loss', 'STEP', 'DESC', '2024-01-01T00:00:00Z', '0', '1e3', '../..', '%2e%2e', 'a\u0000b', '\ud800'],
  ['x'.repeat(5000), '[]', '{}', '__proto__', 'constructor', 'W10', 'bnVsbA', '🚀'],
].flat();

function anyValue(random: Random, known: readonly string[], depth = 0): unknown {
  if (random.chance(0.2)) return brokenCursor(random, known);
  if (depth === 3 || random.chance(0.6)) return random.element(SCALARS);
  const values = Array.from({ length: random.below(4) }, () => anyValue(random, known, depth + 1));
  if (random.chance(0.5)) return values;
  return Object.fromEntries(values.map((value) => [random.element(WORDS), value]));
}

/** A cursor whose content is not what the gateway wrote into it. */
function brokenCursor(random: Random, known: readonly string[]): string {
  const content = Buffer.from(random.element(known), 'base64url');
  const dictionary = ['null', '-1', '0', '1e999', '9007199254740993', '""', '"x"', '[]', '{}', 'step', 'time', ','];
  return mutateOften(content, random, { dictionary, others: [content] }, 3).toString('base64url');
}

function filesBelow(folder: string, ending: string): readonly string[] {
  const names = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(ending),
  );
  return names.toSorted().map((name) => readFileSync(`${ROOT}${folder}/${name}`, 'utf8'));
}
