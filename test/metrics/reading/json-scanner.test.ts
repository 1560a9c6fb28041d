import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScanner } from '../../../src/metrics/reading/json-scanner.ts';

function scan<T>(text: string | Buffer, read: (scanner: JsonScanner) => T): T {
  const bytes = Buffer.concat([Buffer.from('##'), Buffer.from(text), Buffer.from('\n##2')]);
  const scanner = new JsonScanner();
  scanner.reset(bytes, 2, bytes.length - 4);
  scanner.skipSpace();
  const value = read(scanner);
  if (!scanner.atEnd()) throw new SyntaxError('more follows');
  return value;
}

const isValid = (text: string | Buffer) => {
  try {
    scan(text, (scanner) => scanner.skipValue());
    return true;
  } catch {
    return false;
  }
};

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('numbers', () => {
  it('are read bit for bit as Number reads them', () => {
    const token = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.maxSafeInteger().map(String),
      fc.bigInt().map(String),
      fc
        .tuple(fc.constantFrom('', '-'), fc.nat(), fc.nat({ max: 99_999 }), fc.integer({ min: -400, max: 400 }))
        .map(([sign, whole, fraction, exponent]) => `${sign}${whole}.${String(fraction).padStart(7, '0')}e${exponent}`),
    );
    fc.assert(
      fc.property(token, (text) => {
        expect(
          Object.is(
            scan(text, (scanner) => scanner.readNumber()),
            Number(text),
          ),
          text,
        ).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('include the tokens that Python writes', () => {
    const read = (text: string) => scan(text, (scanner) => scanner.readNumber());
    expect(['NaN', 'Infinity', '-Infinity', '-0'].map(read)).toEqual([Number.NaN, Infinity, -Infinity, -0]);
  });

  it.each(['01', '+1', '1.', '.5', '-', '1e', '1e+', '0x1', 'nan', '-NaN', 'Infinit', '1_0', '٣'])(
    'do not include %s',
    (text) => {
      expect(isValid(text)).toBe(false);
    },
  );
});

describe('strings', () => {
  it('are read as JSON.parse reads them, whether written raw or escaped', () => {
    const content = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.string({ unit: 'grapheme' }));
    const escaped = (text: string) =>
      JSON.stringify(text).replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    fc.assert(
      fc.property(content, fc.boolean(), (text, isEscaped) => {
        const written = isEscaped ? escaped(text) : JSON.stringify(text);
        expect(scan(written, (scanner) => scanner.readString())).toBe(JSON.parse(written));
      }),
      { numRuns: 2000 },
    );
  });

  it('read invalid UTF-8 as U+FFFD', () => {
    const bytes = Buffer.concat([Buffer.from('"a'), Buffer.from([0xff, 0xe6, 0x8d]), Buffer.from('b"')]);
    expect(scan(bytes, (scanner) => scanner.readString())).toBe('a\ufffd\ufffdb');
  });
});

describe('a whole text', () => {
  it('is accepted exactly where JSON.parse accepts it, tokens aside', () => {
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', '0', ' ', '\u0001', '\u00a0', 'é'))
      .map(([text, place, insert]) => {
        const at = place % (text.length + 1);
        return insert === '' ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + insert + text.slice(at);
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), mutated), (text) => {
        expect(isValid(text), text).toBe(isJson(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('may be nested to any depth', () => {
    const depth = 200_000;
    expect(isValid('['.repeat(depth) + ']'.repeat(depth))).toBe(true);
    expect(isValid('{"a":'.repeat(depth) + '}'.repeat(depth))).toBe(false);
  });

  it('is refused where a byte outside of a string is no ASCII', () => {
    expect(isValid(Buffer.from([0x5b, 0xff, 0x5d]))).toBe(false);
  });
});
