import type { ReadonlySignal } from '@preact/signals';
import { formatCount, formatValue } from '../../format/numbers.ts';
import { inLanguage } from '../../ui/language.ts';
import type { Curve } from '../data/curve.ts';
import type { PlotLayout } from './plot-layout.ts';
import { pointsOutside } from './points-outside.ts';

const texts = inLanguage(
  {
    above: (count: number, text: string, value: string) =>
      `↑ ${text} ${count === 1 ? 'point' : 'points'} above, up to ${value}`,
    below: (count: number, text: string, value: string) =>
      `↓ ${text} ${count === 1 ? 'point' : 'points'} below, down to ${value}`,
  },
  {
    above: (_, text, value) => `↑ 上方另有 ${text} 个点，最大 ${value}`,
    below: (_, text, value) => `↓ 下方另有 ${text} 个点，最小 ${value}`,
  },
);

interface OutsideNotesProps {
  readonly curves: readonly Curve[];
  readonly layout: ReadonlySignal<PlotLayout | null>;
}

/** What the scale of values leaves out: how many points, and how far out. Beside the plot, since the lines lead out of it anywhere. */
export function OutsideNotes({ curves, layout: { value: layout } }: OutsideNotesProps) {
  const { above, below } = layout ? pointsOutside(curves, layout) : { above: null, below: null };
  return (
    <div class="plot-outside">
      {above && <span>{texts.above(above.count, formatCount(above.count), formatValue(above.furthest))}</span>}
      {below && <span>{texts.below(below.count, formatCount(below.count), formatValue(below.furthest))}</span>}
    </div>
  );
}
