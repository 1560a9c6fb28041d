import fc from 'fast-check';
import { type HeldMetrics, holdFrame, type MetricEvent, mergeDelta } from 'runlens/merge-delta';
import { describe, expect, it } from 'vitest';

type Delta = Extract<MetricEvent, { __typename: 'MetricDelta' }>;
type Frame = Delta['frame'];

/** What was logged of one column at one x. */
type Cell = number | string;
type Row = Readonly<Record<string, Cell>>;

const NON_FINITE = [
  [Number.NaN, 'NAN'],
  [Number.POSITIVE_INFINITY, 'POSITIVE_INFINITY'],
  [Number.NEGATIVE_INFINITY, 'NEGATIVE_INFINITY'],
] as const;

const NOTHING = { x: [], series: new Map(), labels: new Map(), nonFinite: new Map() };

const byX = ([a]: [number, Row], [b]: [number, Row]) => a - b;
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

/** The frame of these rows, as a query would answer it: without columns that have no value in them. */
function frameOf(rows: ReadonlyMap<number, Row>, cursor = ''): Frame {
  const sorted = [...rows].toSorted(byX);
  const names = [...new Set(sorted.flatMap(([, row]) => Object.keys(row)))];
  const columns = names.map((name) => {
    const cells = sorted.map(([x, row]) => ({ x, value: Object.hasOwn(row, name) ? row[name] : undefined }));
    const nonFinite = cells.flatMap(({ x, value: cell }) =>
      NON_FINITE.filter(([number]) => Object.is(number, cell)).map(([, value]) => ({ x, value })),
    );
    return {
      name,
      numbers: cells.map(({ value }) => (Number.isFinite(value) ? Number(value) : null)),
      labels: cells.map(({ value }) => (typeof value === 'string' ? value : null)),
      nonFinite,
    };
  });
  return {
    x: sorted.map(([x]) => x),
    series: columns
      .filter(({ numbers, nonFinite }) => nonFinite.length > 0 || numbers.some((value) => value !== null))
      .map(({ name, numbers, nonFinite }) => ({ name, values: numbers, nonFinite })),
    labels: columns
      .filter(({ labels }) => labels.some((value) => value !== null))
      .map(({ name, labels }) => ({ name, values: labels })),
    cursor,
  };
}

function delta(rows: ReadonlyMap<number, Row>, removed: readonly number[] = [], cursor = ''): MetricEvent {
  return { __typename: 'MetricDelta', frame: frameOf(rows, cursor), removed };
}

/** What is held, for comparison: columns by name, those without any value left out. */
function content({ x, series, labels, nonFinite }: Omit<HeldMetrics, 'cursor'>) {
  const filled = <Value>(columns: ReadonlyMap<string, readonly Value[]>) =>
    new Map([...columns].filter(([, values]) => values.some((value) => value !== null)));
  return { x, series: filled(series), labels: filled(labels), nonFinite: filled(nonFinite) };
}

/** The same of the answer to a query. */
function answered({ x, series, labels = [] }: Frame) {
  return content({
    x: x.map(Number),
    series: new Map(series.map(({ name, values }) => [name, [...values]])),
    labels: new Map(labels.map(({ name, values }) => [name, [...values]])),
    nonFinite: new Map(series.map(({ name, nonFinite = [] }) => [name, [...nonFinite]])),
  });
}

const row = fc.dictionary(
  fc.constantFrom('loss', 'stage', '__proto__', '0', 'both'),
  fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(...NON_FINITE.map(([number]) => number), 'warmup', 'true')),
  { minKeys: 1 },
);
const x = fc.oneof({ weight: 3, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.double({ noNaN: true }) });
const rows = fc.array(fc.tuple(x, row), { maxLength: 8 }).map((entries) => new Map<number, Row>(entries));
/** Rows that were written, and the places, among those held, of rows that went. */
const change = fc.record({ rows, gone: fc.array(fc.nat(30), { maxLength: 4 }) });

describe('mergeDelta', () => {
  it('holds what a fresh query would answer, after any deltas', () => {
    fc.assert(
      fc.property(rows, fc.array(change, { maxLength: 12 }), (start, changes) => {
        const model = new Map(start);
        const held = holdFrame(frameOf(model));
        for (const { rows: written, gone } of changes) {
          const places = [...model.keys()];
          const removed = [...new Set(gone.flatMap((place) => places[place] ?? []))].filter((at) => !written.has(at));
          for (const at of removed) model.delete(at);
          for (const [at, cells] of written) model.set(at, cells);
          mergeDelta(held, delta(written, ascending(removed)));
          expect(content(held)).toEqual(answered(frameOf(model)));
        }
        expect([...held.series.values(), ...held.labels.values()].map(({ length }) => length)).toEqual(
          [...held.series, ...held.labels].map(() => held.x.length),
        );
      }),
    );
  });

  it('adds rows behind those held to the arrays that a chart has', () => {
    const held = holdFrame(frameOf(new Map([[1, { loss: 3 }]])));
    const { x: steps, series } = held;
    const loss = series.get('loss');
    mergeDelta(held, delta(new Map([[2, { loss: 2 }]])));
    expect(held.x).toBe(steps);
    expect(held.series.get('loss')).toBe(loss);
    expect([steps, loss]).toEqual([
      [1, 2],
      [3, 2],
    ]);
  });

  it('takes a late row where it belongs, and replaces the whole row of an x', () => {
    const held = holdFrame(frameOf(new Map<number, Row>([[1, { loss: 3, lr: 0.1 }], [3, { loss: 1 }]]))); // biome-ignore format: a table
    mergeDelta(held, delta(new Map<number, Row>([[1, { loss: Number.NaN }], [2, { acc: 0.5 }]]))); // biome-ignore format: a table
    expect(content(held)).toEqual({
      x: [1, 2, 3],
      series: new Map([
        ['loss', [null, null, 1]],
        ['acc', [null, 0.5, null]],
      ]),
      labels: new Map(),
      nonFinite: new Map([['loss', [{ x: 1, value: 'NAN' }]]]),
    });
  });

  it('drops everything at a reset, and goes on', () => {
    const held = holdFrame(frameOf(new Map<number, Row>([[1, { loss: Number.NaN, stage: 'warmup' }]])));
    mergeDelta(held, { __typename: 'StreamReset', cursor: 'start' });
    expect(content(held)).toEqual(NOTHING);
    mergeDelta(held, delta(new Map([[7, { loss: 1 }]])));
    expect(content(held)).toEqual({ ...NOTHING, x: [7], series: new Map([['loss', [1]]]) });
  });

  it('keeps the cursor of the last event, whichever it was', () => {
    const held = holdFrame(frameOf(new Map(), 'query'));
    const cursors = [held.cursor];
    const events = [
      delta(new Map([[1, { loss: 1 }]]), [], 'delta'),
      { __typename: 'StreamReset', cursor: 'reset' } as const,
      { __typename: 'StreamEnd', cursor: 'end' } as const,
    ];
    for (const event of events) {
      mergeDelta(held, event);
      cursors.push(held.cursor);
    }
    expect(cursors).toEqual(['query', 'delta', 'reset', 'end']);
  });

  it('does without labels and nonFinite, where they are not selected', () => {
    const held = holdFrame({ x: [1], series: [{ name: 'loss', values: [3] }], cursor: '' });
    const frame = { x: [2], series: [{ name: 'loss', values: [2] }], cursor: '' };
    mergeDelta(held, { __typename: 'MetricDelta', frame, removed: [1] });
    expect(content(held)).toEqual({ ...NOTHING, x: [2], series: new Map([['loss', [2]]]) });
  });
});
