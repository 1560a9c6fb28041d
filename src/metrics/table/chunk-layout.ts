import { AXES, type Axis } from './axis.ts';

// Where things lie in the shared buffer of a chunk.

export const WORD = Float64Array.BYTES_PER_ELEMENT;
export const SHORT = Uint16Array.BYTES_PER_ELEMENT;

/** The words of a chunk's head, by place; then come four a axis, and seven a column. */
export const EVENTS = 0;
export const COLUMNS = 1;
export const TEXT_ENDS_AT = 2;
export const TEXT_UNITS_AT = 3;
const AXES_AT = 4;
const AXIS_WORDS = 4;
export const DIRECTORY_AT = AXES_AT + AXES.length * AXIS_WORDS;
export const COLUMN_WORDS = 7;

export const ABSENT = -1;

/** More than a chunk has columns. */
export const PLACES = 2 ** 26;

export const HAS_NUMBERS = 1;
export const HAS_LABELS = 2;
export const ONLY_FINITE = 4;
export const SHOWN_BY: Readonly<Record<Axis, number>> = { step: 8, time: 16 };

export function axisAt(axis: Axis): number {
  return AXES_AT + AXES.indexOf(axis) * AXIS_WORDS;
}

export function directoryAt(place: number): number {
  return DIRECTORY_AT + place * COLUMN_WORDS;
}
