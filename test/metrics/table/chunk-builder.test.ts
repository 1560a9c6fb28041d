import { describe, expect, it } from 'vitest';
import { type CellValue, ChunkBuilder } from '../../../src/metrics/table/chunk-builder.ts';
import { eventsOf } from '../../support/chunk-events.ts';

function addEvent(builder: ChunkBuilder, step: number, data: Readonly<Record<string, CellValue>>): void {
  builder.begin(step, Number.NaN);
  for (const [name, value] of Object.entries(data)) builder.add(builder.column(name), value);
}

/** How many events of `cells` columns each a chunk takes, the columns chosen by `nameOf`. */
function eventsOfFullChunk(cells: number, nameOf: (event: number, cell: number) => string): number {
  const builder = new ChunkBuilder();
  let events = 0;
  for (; !builder.isFull; events++) {
    builder.begin(events, Number.NaN);
    for (let cell = 0; cell < cells; cell++) builder.addNumber(builder.column(nameOf(events, cell)), cell);
  }
  return events;
}

describe('a chunk builder', () => {
  it('makes one chunk after another, each with the columns of its own events, in the order in which they show them', () => {
    const builder = new ChunkBuilder();
    addEvent(builder, 1, { loss: 0.5, stage: 'warmup' });
    addEvent(builder, 2, { accuracy: 0.25, loss: 0.75 });
    const first = builder.take();
    addEvent(builder, 3, { stage: 'train' });
    addEvent(builder, 4, { accuracy: 1 });
    const second = builder.take();
    expect(first.names).toEqual(['loss', 'stage', 'accuracy']);
    expect(eventsOf([first])).toEqual([
      'step 1 time NaN, "loss": 0.5, "stage": "warmup"',
      'step 2 time NaN, "accuracy": 0.25, "loss": 0.75',
    ]);
    expect(second.names).toEqual(['stage', 'accuracy']);
    expect(eventsOf([second])).toEqual(['step 3 time NaN, "stage": "train"', 'step 4 time NaN, "accuracy": 1']);
    expect(builder.isEmpty).toBe(true);
  });

  it.each([0.5, 'text', true, null])('keeps what it has got while it grows: %s', (value) => {
    const builder = new ChunkBuilder();
    for (let step = 0; step < 1000; step++) addEvent(builder, step, { value });
    const expected = Array.from(
      { length: 1000 },
      (_, step) => `step ${step} time NaN, "value": ${JSON.stringify(value)}`,
    );
    expect(eventsOf([builder.take()])).toEqual(expected);
  });

  it('is full with 65 536 events, or with half a million cells, unless its columns would be short', () => {
    expect(eventsOfFullChunk(4, (_, cell) => `column ${cell}`)).toBe(65_536);
    expect(eventsOfFullChunk(512, (_, cell) => `column ${cell}`)).toBe(1024);
    expect(eventsOfFullChunk(10, (event, cell) => `column ${(event * 10 + cell) % 10_000}`)).toBe(65_536);
  });
});
