import { Cells } from '../table/cells.ts';
import type { Chunk } from '../table/chunk.ts';
import { type ColumnDraft, packChunk } from '../table/pack-chunk.ts';
import type { Formula } from './derivation.ts';
import { ema } from './ema.ts';
import { rate } from './rate.ts';
import { rolling } from './rolling.ts';

/** How a column is made. */
export interface Recipe {
  /** The column that it is made of, by its number, or the steps. */
  readonly source: number | 'step';
  readonly formula: Formula;
}

/**
 * Makes a column of the numbers of another one, over all rows of a view. The formula is that of the finite ones, in their
 * order. Where NaN or an infinity was logged the new column has the same, so that it is still seen; where the other one
 * has no number it has none either.
 *
 * @returns a chunk for each of `chunks`, with the same events and that column alone, number 0
 */
export function deriveColumn(chunks: readonly Chunk[], { source, formula }: Recipe): Chunk[] {
  const parts = chunks.map((chunk) => ({ chunk, from: source === 'step' ? stepsOf(chunk) : numbersOf(chunk, source) }));
  const values = finiteOf(parts, ({ from }, i) => from.cells.numbers[i]);
  const times = () => finiteOf(parts, ({ chunk, from }, i) => chunk.axes.time.keys[from.events[i]]);
  const derived = evaluate(formula, values, times);
  let used = 0;
  return parts.map(({ chunk, from }) => {
    const column = new NumberColumn(from.count);
    for (let i = 0; i < from.count; i++) {
      const logged = from.cells.numbers[i];
      if (!Number.isFinite(logged)) column.add(from.events[i], logged);
      else if (Number.isNaN(derived[used++])) continue;
      else column.add(from.events[i], derived[used - 1]);
    }
    return packChunk(chunk.events, {}, [column], []);
  });
}

/** @returns a number for each value; NaN: none */
function evaluate(formula: Formula, values: Float64Array, times: () => Float64Array): Float64Array {
  switch (formula.kind) {
    case 'ema':
      return ema(values, formula.weight);
    case 'rolling':
      return rolling(values, formula.statistic, formula.rows);
    case 'rate':
      return rate(values, times(), formula.rows);
  }
}

/** The numbers of a chunk from which a column is made. */
interface Part {
  readonly chunk: Chunk;
  readonly from: NumberColumn;
}

/** Numbers of ascending events, one after the other. */
class NumberColumn implements ColumnDraft {
  count = 0;
  readonly events: Uint16Array;
  readonly cells: Cells;

  constructor(most: number) {
    this.events = new Uint16Array(most);
    this.cells = Cells.ofLength(most);
  }

  add(event: number, value: number): void {
    this.cells.setNumber(this.count, value);
    this.events[this.count++] = event;
  }
}

function numbersOf(chunk: Chunk, id: number): NumberColumn {
  const column = chunk.column(id);
  if (column === undefined) return new NumberColumn(0);
  const { cells } = chunk;
  const numbers = new NumberColumn(column.to - column.from);
  for (let cell = column.from; cell < column.to; cell++) {
    if (cells.kind(cell) === 'number') numbers.add(column.eventOf(cell), cells.numbers[cell]);
  }
  return numbers;
}

function stepsOf(chunk: Chunk): NumberColumn {
  const { keys } = chunk.axes.step;
  const steps = new NumberColumn(keys.length);
  for (let event = 0; event < keys.length; event++) if (!Number.isNaN(keys[event])) steps.add(event, keys[event]);
  return steps;
}

/** What `read` says of each finite number. */
function finiteOf(parts: readonly Part[], read: (part: Part, i: number) => number): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { from }) => sum + from.count, 0));
  let count = 0;
  for (const part of parts) {
    const { numbers } = part.from.cells;
    for (let i = 0; i < part.from.count; i++) if (Number.isFinite(numbers[i])) all[count++] = read(part, i);
  }
  return all.subarray(0, count);
}
