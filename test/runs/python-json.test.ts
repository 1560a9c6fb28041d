import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../src/runs/python-json.ts';

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.string(),
    fc.constantFrom('NaN', '"NaN"', '\\', '\\"', '-Infinity, "', 'a\\\\"NaN'),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('NaN', 'Infinity"')), tie('value')),
  ),
})).value;

/** As Python's json.dumps writes it. */
function dumps(data: unknown): string {
  if (typeof data === 'number' && !Number.isFinite(data)) return String(data);
  if (Array.isArray(data)) return `[${data.map(dumps).join(', ')}]`;
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  const members = Object.entries(data).map(([key, member]) => `${JSON.stringify(key)}: ${dumps(member)}`);
  return `{${members.join(', ')}}`;
}

describe('JSON from Python', () => {
  it('is read with null for what is not finite', () => {
    expect(parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity], "c": 1}')).toEqual({
      a: null,
      b: [null, null],
      c: 1,
    });
  });

  it('is what JSON makes of it, whatever is in its strings', () => {
    fc.assert(
      fc.property(value, (data) => {
        // JSON.stringify writes null for what is not finite.
        expect(parsePythonJson(dumps(data))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it('may start with a byte order mark', () => {
    expect(parsePythonJson('\uFEFF{"a": 1}')).toEqual({ a: 1 });
  });

  it.each(['', '{', '{"a": NaN', 'NaNNaN', '1NaN', '--Infinity', '-NaN', '{NaN: 1}', '{"a": nan}', '\uFEFF\uFEFF1'])(
    'is not %j',
    (text) => {
      expect(() => parsePythonJson(text)).toThrow(SyntaxError);
    },
  );

  it('that is hostile is refused in linear time', () => {
    const million = 1_000_000;
    for (const text of [
      `[NaN, "${'\\"'.repeat(million)}`,
      `[NaN, "${'a'.repeat(million)}`,
      `NaN${'"'.repeat(million)}`,
    ]) {
      expect(() => parsePythonJson(text)).toThrow(SyntaxError);
    }
  });
});
