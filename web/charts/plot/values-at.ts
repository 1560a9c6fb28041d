import type { NonFinite } from '../../api/generated/graphql.ts';
import type { Curve, NonFiniteMark } from '../data/curve.ts';
import { firstFrom } from './limits.ts';

/** What a run logged at, or next to, a place on the axis. */
export interface ValueAt {
  readonly runId: string;
  readonly slot: number;
  /** Where exactly. */
  readonly x: number;
  /** What is shown there, smoothed where smoothing is on. */
  readonly value: number | NonFinite;
  /** What was logged, where `value` is smoothed. */
  readonly raw: number | null;
}

/**
 * What each curve shows next to a place: the highest first. Curves that end before it, or begin behind, are left out.
 *
 * @param reach how far off the end of a curve still counts as on it, in units of the axis
 */
export function valuesAt(curves: readonly Curve[], x: number, reach: number): readonly ValueAt[] {
  return curves
    .flatMap((curve) => valueAt(curve, x, reach) ?? [])
    .toSorted((a, b) => heightOfValue(b.value) - heightOfValue(a.value));
}

function valueAt(curve: Curve, x: number, reach: number): ValueAt | null {
  const { runId, slot, values, smoothed } = curve;
  const mark = nearestMark(curve, x);
  const index = nearestPoint(curve, x);
  const point = index === null ? undefined : curve.x[index];
  const isMark = mark !== undefined && (point === undefined || Math.abs(mark.x - x) < Math.abs(point - x));
  const at = isMark ? mark.x : point;
  if (at === undefined || !spans(curve, x, reach)) return null;
  if (isMark) return { runId, slot, x: at, value: mark.value, raw: null };
  const raw = values[index ?? 0] ?? null;
  const smooth = smoothed?.[index ?? 0] ?? null;
  const value = smooth ?? raw;
  return value === null ? null : { runId, slot, x: at, value, raw: smooth === null ? null : raw };
}

function spans({ x, nonFinite }: Curve, at: number, reach: number): boolean {
  const first = Math.min(x[0] ?? Number.POSITIVE_INFINITY, nonFinite[0]?.x ?? Number.POSITIVE_INFINITY);
  const last = Math.max(x.at(-1) ?? Number.NEGATIVE_INFINITY, nonFinite.at(-1)?.x ?? Number.NEGATIVE_INFINITY);
  return at >= first - reach && at <= last + reach;
}

function nearestMark({ nonFinite }: Curve, at: number): NonFiniteMark | undefined {
  let best = nonFinite[0];
  for (const mark of nonFinite) if (best && Math.abs(mark.x - at) < Math.abs(best.x - at)) best = mark;
  return best;
}

/** The index of the nearest row in which something was logged. */
function nearestPoint(curve: Curve, at: number): number | null {
  const { x } = curve;
  const right = firstFrom(x, at);
  let [before, behind] = [right - 1, right];
  while (before >= 0 && !has(curve, before)) before--;
  while (behind < x.length && !has(curve, behind)) behind++;
  const distance = (index: number) => Math.abs((x[index] ?? Number.POSITIVE_INFINITY) - at);
  const found = distance(before) < distance(behind) ? before : behind;
  return found in x ? found : null;
}

/** For sorting: NaN last. */
function heightOfValue(value: ValueAt['value']): number {
  if (typeof value === 'number') return value;
  return { POSITIVE_INFINITY: Number.MAX_VALUE, NEGATIVE_INFINITY: -Number.MAX_VALUE, NAN: -Number.MAX_VALUE }[value];
}

/** The place nearest to another at which any of the curves has something. Null where none has. */
export function nearestPlace(curves: readonly Curve[], at: number): number | null {
  const places = curves.flatMap((curve) => valueAt(curve, at, Number.POSITIVE_INFINITY)?.x ?? []);
  return closest(places, at);
}

/** The next place, to the right (1) or to the left (-1), at which any of the curves has something. */
export function nextPlace(curves: readonly Curve[], at: number, direction: 1 | -1): number | null {
  const isBeyond = (x: number) => (x - at) * direction > 0;
  const places = curves.flatMap((curve) => {
    const start = firstFrom(curve.x, at);
    let index = direction === 1 ? start : start - 1;
    while (index in curve.x && !(isBeyond(curve.x[index] ?? at) && has(curve, index))) index += direction;
    return [curve.x[index] ?? [], curve.nonFinite.map((mark) => mark.x).filter(isBeyond)].flat();
  });
  return closest(places, at);
}

function has({ values }: Curve, index: number): boolean {
  return (values[index] ?? null) !== null;
}

function closest(places: readonly number[], at: number): number | null {
  return places.reduce<number | null>(
    (best, place) => (best !== null && Math.abs(best - at) <= Math.abs(place - at) ? best : place),
    null,
  );
}
