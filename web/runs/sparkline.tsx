import { useMemo } from 'preact/hooks';
import { formatCount, formatValue } from '../format/numbers.ts';
import { inLanguage } from '../ui/language.ts';
import { colourOf } from '../ui/run-colours.ts';
import type { Curve } from './curves.ts';
import { MARK_WIDTH, sparklineShape } from './sparkline-shape.ts';

const WIDTH = 120;
const HEIGHT = 22;
/** So that strokes at the edges are whole. */
const EDGE = 2;

const texts = inLanguage(
  {
    last: (value: string) => `last ${value}`,
    range: (least: string, greatest: string) => `${least} to ${greatest}`,
    nonFinite: (count: string) => `NaN or infinite ${count}×`,
    notLogged: 'not logged',
  },
  {
    last: (value: string) => `最新值 ${value}`,
    range: (least: string, greatest: string) => `范围 ${least} 至 ${greatest}`,
    nonFinite: (count: string) => `NaN 或无穷大 ${count} 次`,
    notLogged: '未记录',
  },
);

interface SparklineViewProps {
  /** Undefined while it is on its way. */
  readonly curve: Curve | undefined;
  /** Of the run's colour, where it is chosen. */
  readonly slot: number | undefined;
}

/** A curve as small as a word, with crosses where it was not finite. */
export function SparklineView({ curve, slot }: SparklineViewProps) {
  const sparkline = curve?.sparkline;
  const series = sparkline && 'series' in sparkline ? sparkline.series : null;
  const shape = useMemo(() => series && sparklineShape(series, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE), [series]);
  if (curve === undefined) return <span class="runs-bone" />;
  if (!series || !shape) {
    const reason = sparkline && 'failure' in sparkline ? sparkline.failure : texts.notLogged;
    return (
      <span class="muted" title={curve.metric === null ? reason : `${curve.metric}: ${reason}`}>
        <span aria-hidden="true">—</span>
        <span class="hidden">{reason}</span>
      </span>
    );
  }
  const label = `${curve.metric}: ${describe(series).join(', ')}`;
  return (
    <svg
      class="runs-sparkline"
      role="img"
      aria-label={label}
      width={WIDTH}
      height={HEIGHT}
      preserveAspectRatio="none"
      viewBox={`${-EDGE} ${-EDGE} ${WIDTH} ${HEIGHT}`}
      style={{ color: slot === undefined ? 'var(--muted)' : colourOf(slot) }}
    >
      <title>{label}</title>
      <path class="runs-sparkline-line" d={shape.line} />
      <path class="runs-sparkline-marks" d={shape.marks.map(crossAt).join('')} />
    </svg>
  );
}

/** At the lower edge, where it hides least of the curve. */
function crossAt(x: number): string {
  const half = MARK_WIDTH / 2;
  const top = HEIGHT - 2 * EDGE - MARK_WIDTH;
  return `M${x - half} ${top}l${MARK_WIDTH} ${MARK_WIDTH}m0 ${-MARK_WIDTH}l${-MARK_WIDTH} ${MARK_WIDTH}`;
}

function describe({
  values,
  nonFiniteCount,
}: {
  values: readonly (number | null)[];
  nonFiniteCount: number;
}): string[] {
  const numbers = values.filter((value) => value !== null);
  const last = numbers.at(-1);
  return [
    ...(last === undefined ? [] : [texts.last(formatValue(last))]),
    ...(last === undefined ? [] : [texts.range(formatValue(Math.min(...numbers)), formatValue(Math.max(...numbers)))]),
    ...(nonFiniteCount > 0 ? [texts.nonFinite(formatCount(nonFiniteCount))] : []),
  ];
}
