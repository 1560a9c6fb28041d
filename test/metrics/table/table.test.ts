import { describe, expect, it } from 'vitest';
import { ChunkBuilder } from '../../../src/metrics/table/chunk-builder.ts';
import { Table } from '../../../src/metrics/table/table.ts';

const CELL_BYTES = 8;

function tableOf(events: number, logged: (step: number) => Record<string, number>): Table {
  const builder = new ChunkBuilder();
  for (let step = 0; step < events; step++) {
    builder.begin(step, step * 1e6);
    for (const [name, value] of Object.entries(logged(step))) builder.add(builder.column(name), value);
  }
  return Table.empty().append([builder.take()]);
}

describe('the memory of a table', () => {
  it('is eight bytes a cell, a step and a timestamp', () => {
    const table = tableOf(50_000, (step) => ({ loss: step, accuracy: step }));
    expect(table.bytes).toBeLessThan(50_000 * 4 * CELL_BYTES * 1.01);
  });

  it('does not grow by what a sparse column does not hold', () => {
    const dense = tableOf(50_000, (step) => ({ loss: step }));
    const withSparse = tableOf(50_000, (step) => ({
      loss: step,
      ...(step % 100 === 0 ? { [`val/${step}`]: step } : {}),
    }));
    expect(withSparse.columns.length).toBe(501);
    expect(withSparse.bytes - dense.bytes).toBeLessThan(500 * 1000);
  });

  it('stays in few chunks when the file grows event by event', () => {
    let table = Table.empty();
    for (let step = 0; step < 3000; step++) {
      const builder = new ChunkBuilder();
      builder.begin(step, step * 1e6);
      builder.add(builder.column('loss'), step);
      table = table.append([builder.take()]);
    }
    expect(table.chunks.length).toBeLessThan(13);
    const keys = table.chunks.map(({ axes }) => Array.from(axes.step.keys));
    expect(keys.flat()).toEqual(Array.from({ length: 3000 }, (_, step) => step));
  });
});
