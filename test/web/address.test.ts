import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, readAddress, writeAddress } from '../../web/address/address.ts';
import { addRun, comparedRuns, removeRun } from '../../web/address/compared-runs.ts';
import type { Order } from '../../web/address/order.ts';

const NOWHERE = readAddress('');
/** What fields consist of, put together by chance. */
const WORDS = '1 0 -5 2.5 1e400 .. - . , ~ ~c a logs failed path asc %'.split(' ');
const names = fc.constantFrom(...Object.keys(NOWHERE), '__proto__', 'constructor', 'unknown');
const value = fc.oneof(
  fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((words) => words.join('')),
  fc.string({ unit: 'binary' }),
);
const query = fc
  .array(fc.tuple(names, value))
  .map((fields) => fields.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&'));

/** Any text that a query string can hold. */
const text = fc.string({ unit: 'binary' });
const texts = fc.array(text);
const runIds = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 8 });

/** What there is of an address once it was written and read again. */
function reread(address: Address): Address {
  return readAddress(writeAddress(address));
}

describe('an address', () => {
  it('has the parameters that the documentation tells of', () => {
    const page = readFileSync(new URL('../../docs/page.md', import.meta.url), 'utf8');
    const tables = page.matchAll(/^\| in the address .*\n\|[ -|]*\n((?:\|.*\n)+)/gm);
    const documented = [...tables].flatMap(([, rows = '']) => rows.match(/(?<=^\| `)\w+/gm) ?? []);
    expect(documented.toSorted()).toEqual(Object.keys(NOWHERE).toSorted());
  });

  it('is read as it was written, whatever is typed, named and tagged', () => {
    const fields = fc.record({
      text,
      path: text,
      tags: texts,
      columns: texts,
      folded: texts,
      metric: text,
      find: text,
      log: text,
    });
    fc.assert(
      fc.property(fields, (named) => {
        const address = { ...NOWHERE, ...named };
        expect(reread(address)).toEqual(address);
      }),
    );
  });

  it('is read as it was written, whatever of it can be read at all', () => {
    fc.assert(
      fc.property(fc.oneof(query, text), (search) => {
        const address = readAddress(search);
        expect(reread(address)).toEqual(address);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no negative zero, which is written as 0', () => {
    expect(readAddress('?range=-0..5&smoothing=-0')).toEqual({ ...NOWHERE, range: { from: 0, to: 5 } });
  });

  it('has of what nobody can read what an empty one has', () => {
    expect(readAddress('?view=nowhere&axis=&range=5..5&smoothing=1&line=0&order=asc&status=lost&%zz=%')).toEqual(
      NOWHERE,
    );
  });

  it('has an order by a column in its letters and with its dots', () => {
    const order: Order = { field: 'CONFIG', name: 'Optimizer.lr', direction: 'ASC' };
    expect(writeAddress({ ...NOWHERE, order })).toBe('?order=config.Optimizer.lr.asc');
    for (const name of ['Optimizer.lr', '', '.', 'a.desc']) {
      const byName: Order = { field: 'SUMMARY', name, direction: 'DESC' };
      expect(reread({ ...NOWHERE, order: byName }).order).toEqual(byName);
    }
    for (const written of ['config', 'config.asc', 'config.lr', 'config.lr.up', 'path.lr.asc', '.asc']) {
      expect(readAddress(`?order=${written}`)).toEqual(NOWHERE);
    }
  });

  it('has a run once, and tells no panel from that of the metric without a name', () => {
    expect(readAddress('?runs=a,b,a,,b,c').runs).toEqual(['a', 'b', null, null, null, 'c']);
    expect(readAddress('?panel=').panel).toBeNull();
    for (const panel of ['', '~', 'a,b', null]) expect(reread({ ...NOWHERE, panel }).panel).toBe(panel);
  });

  it('is short where one has not been anywhere, and readable elsewhere', () => {
    expect(writeAddress(NOWHERE)).toBe('?');
    const somewhere: Address = {
      ...NOWHERE,
      view: 'charts',
      runs: ['20240101_000000_aaaaaa', null, 'b'],
      path: 'vision/resnet',
      range: { from: -0.5, to: 100 },
    };
    expect(writeAddress(somewhere)).toBe(
      '?view=charts&runs=20240101_000000_aaaaaa,,b&path=vision/resnet&range=-0.5..100',
    );
  });

  it('can be written of texts that are no Unicode, as they may stand in files', () => {
    expect(writeAddress({ ...NOWHERE, tags: ['half of \ud83d'] })).toBe('?tags=half%20of%20%EF%BF%BD');
  });
});

describe('compared runs', () => {
  it('keep their slots while others come and go, and newcomers take the free ones', () => {
    const isAdded = fc.array(fc.tuple(fc.boolean(), fc.nat(7)));
    fc.assert(
      fc.property(runIds, isAdded, (ids, changes) => {
        let slots: Address['runs'] = [];
        for (const [adds, index] of changes) {
          const id = ids[index];
          if (id === undefined) continue;
          const before = new Map(comparedRuns(slots).map(({ runId, slot }) => [runId, slot]));
          slots = adds ? addRun(slots, id) : removeRun(slots, id);
          const after = comparedRuns(slots);
          if (adds) before.set(id, before.get(id) ?? firstFree([...before.values()]));
          else before.delete(id);
          expect(new Map(after.map(({ runId, slot }) => [runId, slot]))).toEqual(before);
        }
        expect(reread({ ...NOWHERE, runs: slots }).runs).toEqual(slots);
      }),
    );
  });
});

function firstFree(taken: readonly number[]): number {
  return (
    [...taken, -1]
      .map((slot) => slot + 1)
      .toSorted((a, b) => a - b)
      .find((slot) => !taken.includes(slot)) ?? 0
  );
}
