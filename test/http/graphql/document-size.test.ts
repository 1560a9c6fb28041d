import { parse, Source } from 'graphql';
import { expect, it } from 'vitest';
import { documentSize, sourceSize } from '../../../src/http/graphql/document-size.ts';

const size = (query: string) => documentSize(parse(query));

it('tokens are counted without comments and blanks, nesting over brackets of all kinds', () => {
  expect(sourceSize(new Source('# a {{{\n{ a(b: [1, "{[("]) { ... on C { d } } }'))).toEqual({
    tokens: 19,
    nesting: 3,
  });
  expect(sourceSize(new Source('}}} {'))).toEqual({ tokens: 4, nesting: 0 });
});

it('a text with what is no token is refused as by the parser', () => {
  expect(() => sourceSize(new Source('{ a ? }'))).toThrow('Syntax Error: Unexpected character: "?".');
});

it('a fragment counts in the place where it is spread, each time', () => {
  expect(size('{ a { ...F } b { ...F } } fragment F on T { c: d { e: f } }')).toMatchObject({ depth: 3, aliases: 4 });
  expect(size('{ a { b: c { d: e } } f { b: c { d: e } } }')).toMatchObject({ depth: 3, aliases: 4 });
});

it('fragments that multiply each other are counted without being written out', () => {
  const fragments = Array.from(
    { length: 60 },
    (_, i) => `fragment F${i} on T { a: x { ...F${i + 1} } b: x { ...F${i + 1} } }`,
  );
  const { aliases, depth } = size(`{ ...F0 } ${fragments.join(' ')} fragment F60 on T { c }`);
  expect(aliases).toBe(2 ** 61 - 2);
  expect(depth).toBe(61);
});

it('a fragment that is spread in itself ends the count', () => {
  expect(size('{ ...F } fragment F on T { a { ...F } }')).toMatchObject({ depth: 2 });
});

it('a field is repeated by fragments too, but by one fragment only once in a selection', () => {
  expect(size('{ a ...F ... { a } ...F } fragment F on T { a b: a }').repetitions).toBe(3);
  expect(size('{ a { b } c { b } }').repetitions).toBe(1);
});

it('the largest operation counts', () => {
  expect(size('query A { a } query B { a: b c: d } query C { a: b }').aliases).toBe(2);
});

it('directives count at one place, wherever that is', () => {
  expect(size('query @a @b { c @a d @b }').directives).toBe(2);
  expect(size('{ ...F @a ... @a @b @c { b } } fragment F on T @a @b { c }').directives).toBe(3);
});

it('lists of introspection count only within introspection', () => {
  expect(size('{ fields { fields { fields } } }').introspection).toBe(0);
  expect(
    size('{ __schema { types { ...F } } } fragment F on T { fields { type { interfaces { x } } } }').introspection,
  ).toBe(2);
});
