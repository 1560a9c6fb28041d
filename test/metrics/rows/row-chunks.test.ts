import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RowChunks } from '../../../src/metrics/rows/row-chunks.ts';
import { AXES, type Axis } from '../../../src/metrics/table/axis.ts';
import { Chunk } from '../../../src/metrics/table/chunk.ts';
import { ChunkBuilder } from '../../../src/metrics/table/chunk-builder.ts';
import { WorkerPool } from '../../../src/metrics/worker-pool.ts';

let pool: WorkerPool;

beforeAll(() => {
  pool = new WorkerPool();
});
afterAll(() => pool.close());

type Value = number | string | boolean | null;

/** An event: its keys, NaN for none, and its cells by column. */
interface Event {
  readonly step: number;
  readonly time: number;
  readonly cells: readonly (Value | undefined)[];
}

const COLUMNS = ['loss', 'stage', 'val'];

const key = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 30 }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
const value = fc.oneof(fc.double(), fc.constantFrom('warmup', 'train', '训练', ''), fc.boolean(), fc.constant(null));
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    step: key,
    time: key,
    cells: fc.array(fc.option(value, { nil: undefined, freq: 2 }), { minLength: 3, maxLength: 3 }),
  }),
  { maxLength: 40 },
);
/** A run that goes on after it was resumed from an earlier step, in stretches. */
const resumed: fc.Arbitrary<Event[]> = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 5 })
  .map((stretches) =>
    stretches.flatMap(([start, length], nth) =>
      Array.from({ length }, (_, i) => ({
        step: start + i,
        time: nth * 100 + i,
        cells: [nth * 1000 + i, `n${nth}`, undefined],
      })),
    ),
  );

/** Chunks of the events, of which further ones begin before `cuts`. */
function chunksOf(all: readonly Event[], cuts: readonly number[]): Chunk[] {
  const builder = new ChunkBuilder();
  const chunks: Chunk[] = [];
  const cut = () => {
    const { buffer, names } = builder.take();
    const chunk = new Chunk(buffer);
    chunk.renumber(names.map((name) => COLUMNS.indexOf(name)));
    chunks.push(chunk);
  };
  for (const [i, { step, time, cells }] of all.entries()) {
    if (cuts.includes(i) && !builder.isEmpty) cut();
    builder.begin(step, time);
    for (const [id, cell] of cells.entries()) if (cell !== undefined) builder.add(builder.column(COLUMNS[id]), cell);
  }
  if (!builder.isEmpty) cut();
  return chunks;
}

const OTHER: Readonly<Record<Axis, Axis>> = { step: 'time', time: 'step' };

/** The rows in chunks: the keys on this axis and the other one, and cells, in which any difference shows. */
function rowsIn(chunks: readonly Chunk[], axis: Axis): string[] {
  return chunks.flatMap((chunk) => {
    const columns = chunk.columns();
    const otherKeys = chunk.axes[OTHER[axis]].keys;
    return Array.from(chunk.axes[axis].keys, (rowKey, event) => {
      const cells = columns.flatMap((column) => {
        const cell = column.cellAt(event);
        const isThere = cell < column.to && column.eventOf(cell) === event;
        const kind = isThere ? chunk.cells.kind(cell) : 'missing';
        if (kind === 'missing') return [];
        const content = {
          null: () => null,
          number: () => String(chunk.cells.numbers[cell]),
          boolean: () => chunk.cells.boolean(cell),
          text: () => JSON.stringify(chunk.text(chunk.cells.textCode(cell))),
        }[kind]();
        return [`${COLUMNS[column.id]}=${content}`];
      });
      return `${rowKey} ${otherKeys[event]}: ${cells.join(' ')}`;
    });
  });
}

/** One row a key, ascending; of each column, and of the other axis, what the latest event says that has it. */
function expectedRows(all: readonly Event[], axis: Axis): string[] {
  const rows = new Map<number, { cells: (Value | undefined)[]; otherKey: number }>();
  for (const event of all) {
    if (Number.isNaN(event[axis])) continue;
    const { cells, otherKey } = rows.get(event[axis]) ?? { cells: [], otherKey: Number.NaN };
    for (const [id, cell] of event.cells.entries()) if (cell !== undefined) cells[id] = cell;
    const latestKey = event[OTHER[axis]];
    rows.set(event[axis], { cells, otherKey: Number.isNaN(latestKey) ? otherKey : latestKey });
  }
  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([rowKey, { cells, otherKey }]) => {
      const shown = COLUMNS.map((name, id) => {
        const cell = cells[id];
        if (cell === undefined) return null;
        return `${name}=${typeof cell === 'string' ? JSON.stringify(cell) : String(cell === 0 ? 0 : cell)}`;
      });
      return `${rowKey} ${otherKey}: ${shown.filter((cell) => cell !== null).join(' ')}`;
    });
}

const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 6 });

describe('the rows of events in any order', () => {
  it('are one a key, ascending, the latest cell winning, however the events are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(events, resumed), cuts, async (all, at) => {
        for (const axis of AXES) {
          const rowChunks = new RowChunks(pool, () => {});
          expect(rowsIn(await rowChunks.of(chunksOf(all, at), axis), axis)).toEqual(expectedRows(all, axis));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are the same when parts of them were made before more events came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(events, resumed), cuts, async (all, at) => {
        const rowChunks = new RowChunks(pool, () => {});
        const chunks = chunksOf(all, at);
        for (let count = 1; count <= chunks.length; count++) {
          const so = chunks.slice(0, count);
          const seen = all.slice(
            0,
            so.reduce((sum, { events: length }) => sum + length, 0),
          );
          expect(rowsIn(await rowChunks.of(so, 'step'), 'step')).toEqual(expectedRows(seen, 'step'));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are those of the table itself, without a copy, where its events are in order', async () => {
    const rowChunks = new RowChunks(pool, () => {});
    const ordered = Array.from({ length: 12 }, (_, i) => ({ step: i, time: i, cells: [i, undefined, undefined] }));
    const chunks = chunksOf(ordered, [4, 9]);
    expect(await rowChunks.of(chunks, 'step')).toEqual(chunks);
    expect(rowChunks.bytes).toBe(0);
  });

  it('are made again only where a resumed run logged steps again', async () => {
    const rowChunks = new RowChunks(pool, () => {});
    const logged = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        step: from + i,
        time: from + i,
        cells: [i, undefined, undefined],
      }));
    const chunks = chunksOf([...logged(0, 10), ...logged(10, 20), ...logged(18, 30)], [10, 20]);
    const rows = await rowChunks.of(chunks, 'step');
    expect(rows[0]).toBe(chunks[0]);
    const longer = [...chunks, ...chunksOf(logged(30, 40), [])];
    const later = await rowChunks.of(longer, 'step');
    expect(later.slice(0, rows.length)).toEqual(rows);
    expect(later.slice(0, rows.length).every((chunk, i) => chunk === rows[i])).toBe(true);
    expect(later.at(-1)).toBe(longer.at(-1));
  });
});
