/** Makes sure that an answer is the sample that the project would choose of what a rival has read. */
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { type Curve, type HeldRun, holdRun, jointLttb } from './ours.ts';
import type { ParsedColumn, ParsedEvents } from './rivals.ts';

/** What the gateway answers with over REST. */
export interface MetricsBody {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, number | null>>[];
  readonly total: number;
  readonly sampled: number;
}

/** The same events as a gateway holds them: every column but the axis, along the steps. */
export function heldRunOf({ columns }: ParsedEvents): HeldRun {
  const curves = metricsOf(columns).map(([, { rows, values }]): Curve => ({ rows, y: values }));
  return holdRun(stepsOf(columns), curves);
}

export function stepsOf(columns: ParsedEvents['columns']): Float64Array {
  return columns.get('global_step')?.values ?? new Float64Array();
}

function metricsOf(columns: ParsedEvents['columns']): [string, ParsedColumn][] {
  return [...columns].filter(([name]) => name !== 'global_step');
}

/**
 * @param parsed events whose steps ascend
 * @throws unless `body` holds the `wanted` rows of `parsed` that Joint LTTB chooses, number for number
 */
export function expectSampleOf(body: Buffer, parsed: ParsedEvents, wanted: number): void {
  const { columns, rows, total, sampled }: MetricsBody = JSON.parse(body.toString());
  const events = parsed.timestamps.length;
  const metrics = metricsOf(parsed.columns);
  const chosen = jointLttb(heldRunOf(parsed), wanted);
  expectSameNumbers('total, sampled, rows', [total, sampled, rows.length], [events, chosen.length, chosen.length]);
  expectSameNames(columns, ['global_step', ...metrics.map(([name]) => name)]);
  const steps = stepsOf(parsed.columns);
  expectSameNumbers(
    'global_step',
    rows.map((row) => row.global_step ?? Number.NaN),
    Float64Array.from(chosen, (row) => steps[row]),
  );
  for (const [name, column] of metrics) {
    expectSameNumbers(
      name,
      rows.map((row) => row[name] ?? Number.NaN),
      valuesAt(column, chosen),
    );
  }
}

/** @param at ascending rows @returns the value at each, NaN where there is none */
function valuesAt({ rows, values }: ParsedColumn, at: Uint32Array): Float64Array {
  if (rows === null) return Float64Array.from(at, (row) => values[row]);
  const valueAt = new Map(Array.from(rows, (row, i) => [row, values[i]]));
  return Float64Array.from(at, (row) => valueAt.get(row) ?? Number.NaN);
}

function expectSameNames(ours: readonly string[], theirs: readonly string[]): void {
  if (ours.toSorted().join() !== theirs.toSorted().join()) {
    throw new Error(`the columns are ${ours.length} here, ${theirs.length} there, or other ones`);
  }
}
