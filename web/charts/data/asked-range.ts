import type { AxisRange } from '../../address/address.ts';

/** Rows that a visible part without more of them is widened to, so that lines lead to points beyond its edges. */
const LEAST_ROWS = 8;

/**
 * The range to ask for where `visible` is to be shown: up to three times as wide, with a quarter of the width at least on
 * either side. It is the same for many visible ranges that lie close together, so that moving by little asks for nothing.
 *
 * @param spacing of the rows, about; 0 where it is not known
 */
export function askedRange({ from, to }: AxisRange, spacing: number): AxisRange {
  const width = Math.max(to - from, spacing * LEAST_ROWS);
  const unit = 2 ** Math.ceil(Math.log2(width)) / 4;
  return { from: (Math.floor(from / unit) - 1) * unit, to: (Math.ceil(to / unit) + 1) * unit };
}
