import type { ReadonlySignal } from '@preact/signals';
import type { ChartAxis } from '../../address/address.ts';
import type { NonFinite } from '../../api/generated/graphql.ts';
import { formatCount } from '../../format/numbers.ts';
import { inLanguage } from '../../ui/language.ts';
import { colourOf } from '../../ui/run-colours.ts';
import type { Curve } from '../data/curve.ts';
import { placeText, shortPlaceText } from './axis-texts.ts';
import { type MarkCluster, markClusters } from './mark-clusters.ts';
import { leftOf, type PlotLayout } from './plot-layout.ts';
import { NON_FINITE } from './value-texts.ts';

const texts = inLanguage(
  {
    one: (run: string, value: string, place: string) => `${run}: ${value} at ${place}`,
    many: (run: string, value: string, count: number, from: string, to: string) =>
      `${run}: ${value} ${count} times, from ${from} to ${to}`,
  },
  {
    one: (run, value, place) => `${run}，${place}：${value}`,
    many: (run, value, count, from, to) => `${run}，${from} – ${to}：${value}，共 ${count} 次`,
  },
);

/** Pixels between the rows of marks. */
const SIZE = 12;
/** Pixels that a mark takes up with its count. */
const REACH = 28;

interface PlotMarksProps {
  readonly axis: ChartAxis;
  readonly curves: readonly Curve[];
  readonly names: ReadonlyMap<string, string>;
  readonly layout: ReadonlySignal<PlotLayout | null>;
}

/** Where NaN and infinities were logged: at the edge of the plot, since they have no height. */
export function PlotMarks({ axis, curves, names, layout: { value: layout } }: PlotMarksProps) {
  if (!layout) return null;
  const { from, to } = layout.x;
  const clusters = markClusters(curves, ((to - from) / layout.width) * REACH);
  return (
    <>
      {clusters
        .filter((cluster) => cluster.to >= from && cluster.from <= to)
        .map((cluster) => {
          const { runId, slot, value, count, row } = cluster;
          const name = textOf(cluster, names.get(runId) ?? runId, axis);
          const left = leftOf(layout, Math.max(cluster.from, from));
          const right = leftOf(layout, Math.min(cluster.to, to));
          return (
            <span
              key={`${runId} ${value} ${cluster.from}`}
              class="plot-mark"
              role="img"
              aria-label={name}
              title={name}
              style={{
                left: `${left}px`,
                top: `${topOfRow(value, row, layout.height)}px`,
                color: colourOf(slot),
              }}
            >
              {NON_FINITE[value].shape}
              {count > 1 && <sub>{formatCount(count)}</sub>}
              {right > left && <span class="plot-mark-stretch" style={{ width: `${right - left}px` }} />}
            </span>
          );
        })}
    </>
  );
}

function textOf({ value, from, to, count }: MarkCluster, run: string, axis: ChartAxis): string {
  const written = NON_FINITE[value].text;
  if (count === 1) return texts.one(run, written, placeText(axis, from));
  return texts.many(run, written, count, placeText(axis, from), shortPlaceText(axis, to));
}

/** +∞ along the top, −∞ along the bottom, NaN above these. */
function topOfRow(value: NonFinite, row: number, height: number): number {
  const offset = SIZE * (row + 0.5);
  if (value === 'POSITIVE_INFINITY') return offset;
  return height - offset - (value === 'NAN' ? SIZE : 0);
}
