import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSchema, printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { printReference } from '../../api-reference.ts';
import { schema } from '../../schema/index.ts';

const PRINTED = new URL('../../schema/schema.graphql', import.meta.url);

it('schema.graphql is the schema that the gateway serves, as printed', () => {
  const committed = readFileSync(PRINTED, 'utf8');
  expect(committed, 'schema/schema.graphql is stale: run `npm run codegen`').toBe(`${printSchema(schema)}\n`);
});

it('the package hands out schema.graphql', () => {
  expect(createRequire(import.meta.url).resolve('runlens/schema.graphql')).toBe(fileURLToPath(PRINTED));
});

it('the API reference is that of the schema', () => {
  const committed = readFileSync(new URL('../../docs/api-reference.md', import.meta.url), 'utf8');
  expect(committed, 'docs/api-reference.md is stale: run `npm run codegen`').toBe(printReference(schema));
});

it('every link within the API reference leads to one heading', () => {
  const reference = printReference(schema);
  const anchors = Array.from(reference.matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const targets = Array.from(reference.matchAll(/\]\(#(.+?)\)/g), ([, target]) => target);
  expect(anchors).toEqual([...new Set(anchors)]);
  expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
  expect(targets.length).toBeGreaterThan(anchors.length);
});

it('the API reference tells of deprecations, defaults, and members of interfaces and unions', () => {
  const reference = printReference(
    buildSchema(`
      "Any | animal"
      interface Animal { name: String! }
      type Cat implements Animal { name: String!, lives(of: [Int!]! = [9]): Int @deprecated(reason: "Count them.") }
      type Dog { good: Boolean }
      union Pet = Cat | Dog
      type Query { pet: Pet }
    `),
  );
  expect(reference).toContain('### Animal\n\nAny | animal\n\nImplemented by [`Cat`](#cat).');
  expect(reference).toContain('### Cat\n\nImplements [`Animal`](#animal).');
  expect(reference).toContain('| [`lives(…)`](#catlives) | `Int` | **Deprecated:** Count them. |');
  expect(reference).toContain('#### Cat.lives\n\n| argument | type | default |  |\n');
  expect(reference).toContain('| `of` | `[Int!]!` | `[9]` |  |');
  expect(reference).toContain('### Pet\n\nOne of [`Cat`](#cat), [`Dog`](#dog).');
});
