import { NOTHING_BEFORE } from '../following/fingerprint.ts';
import type { PrintedPosition } from './reading/position-print.ts';
import type { Axis } from './table/axis.ts';
import type { Table } from './table/table.ts';

/** How much of a run's metrics someone has got: what a cursor names. */
export interface MetricsPosition extends PrintedPosition {
  /** Of the events before `offset` how many, from the first on. */
  readonly events: number;
  /** The earliest timestamp, in microseconds, from which seconds were counted; null where there was none. */
  readonly origin: number | null;
  /** The keys of the event on a last line that had no end yet; null where there was none. */
  readonly provisional: Readonly<Record<Axis, number | null>> | null;
}

/** Where nothing has been got: also before the first byte of a file that is yet to come. */
export const NOWHERE: MetricsPosition = {
  inode: '',
  offset: 0,
  print: NOTHING_BEFORE,
  events: 0,
  origin: null,
  provisional: null,
};

/** Where who got all of a table is. @param finished how many of its events stand on finished lines */
export function positionOf(table: Table, finished: number, printed: PrintedPosition): MetricsPosition {
  const origin = Math.min(...table.chunks.map(({ axes }) => axes.time.lowest));
  return {
    ...printed,
    events: finished,
    origin: Number.isFinite(origin) ? origin : null,
    provisional: table.events > finished ? lastKeys(table) : null,
  };
}

function lastKeys({ chunks }: Table): MetricsPosition['provisional'] {
  const axes = chunks.at(-1)?.axes;
  const last = (axis: Axis) => {
    const key = axes?.[axis].keys.at(-1) ?? Number.NaN;
    return Number.isNaN(key) ? null : key;
  };
  return { step: last('step'), time: last('time') };
}
