/** Makes sure that both sides of a comparison did the same work. */
import { viewOf } from '../src/metrics/axis-view.ts';
import { METRICS } from './events-file.ts';
import type { Table } from './ours.ts';
import type { ParsedEvents } from './rivals.ts';

/** @throws unless both hold the same events, number for number */
export function expectSameEvents(table: Table, parsed: ParsedEvents): void {
  const view = viewOf(table, 'step');
  expectSameNumbers('global_step', view.x(), parsed.columns.get('global_step'));
  for (const name of [...METRICS, 'time']) {
    expectSameNumbers(name, view.column(name)?.cells.numbers, parsed.columns.get(name));
  }
  // The time axis counts from its first event, in whole microseconds.
  const micros = parsed.timestamps.map((seconds) => Math.round(seconds * 1e6));
  expectSameNumbers(
    'ts',
    viewOf(table, 'time').x(),
    micros.map((at) => (at - micros[0]) / 1e6),
  );
}

/** @throws unless both are there, as long as each other, and equal in every number */
export function expectSameNumbers(
  what: string,
  ours: ArrayLike<number> | undefined,
  theirs: ArrayLike<number> | undefined,
): void {
  if (ours === undefined || theirs === undefined) throw new Error(`${what}: one side does not have it`);
  if (ours.length !== theirs.length) throw new Error(`${what}: ${ours.length} numbers here, ${theirs.length} there`);
  for (let i = 0; i < ours.length; i++) {
    if (!Object.is(ours[i], theirs[i])) throw new Error(`${what}[${i}]: ${ours[i]} here, ${theirs[i]} there`);
  }
}
