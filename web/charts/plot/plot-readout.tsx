import type { ReadonlySignal } from '@preact/signals';
import type { ChartAxis } from '../../address/address.ts';
import { formatValue } from '../../format/numbers.ts';
import { inLanguage } from '../../ui/language.ts';
import { colourOf } from '../../ui/run-colours.ts';
import type { Curve, Stage } from '../data/curve.ts';
import { placeText, shortPlaceText } from './axis-texts.ts';
import { leftOf, type PlotLayout, reachOf, topOf } from './plot-layout.ts';
import { RunLine } from './run-line.tsx';
import { cursor } from './shared-view.ts';
import type { StagesOfOne } from './stages-of-one.ts';
import { valueText } from './value-texts.ts';
import { type ValueAt, valuesAt } from './values-at.ts';

const texts = inLanguage(
  { values: 'Values at the cursor', raw: 'raw', more: (count: number) => `+${count} more` },
  { values: '光标处的值', raw: '原始值', more: (count) => `另有 ${count} 个` },
);

const ROW_HEIGHT = 18;
/** Pixels beside the cursor. */
const GAP = 10;

interface PlotReadoutProps {
  readonly metric: string;
  readonly axis: ChartAxis;
  readonly curves: readonly Curve[];
  readonly names: ReadonlyMap<string, string>;
  /** Null where no run tells any. */
  readonly staged: StagesOfOne | null;
  readonly layout: ReadonlySignal<PlotLayout | null>;
}

/** The cursor, and what the curves are there: the same in all panels, but in short where the pointer is not. */
export function PlotReadout({ metric, axis, curves, names, staged, layout: { value: layout } }: PlotReadoutProps) {
  const at = cursor.value;
  if (!at || !layout || at.x < layout.x.from || at.x > layout.x.to) return null;
  const nameOf = (runId: string) => names.get(runId) ?? runId;
  const values = valuesAt(curves, at.x, reachOf(layout));
  const left = leftOf(layout, at.x);
  const isHere = at.metric === metric;
  // Where there is more room.
  const isOnTheLeft = left > layout.width / 2;
  const distance = GAP + (isOnTheLeft ? layout.width - left : left);
  const shown = isHere ? values : values.slice(0, Math.floor(layout.height / ROW_HEIGHT) - 2);
  return (
    <>
      <div class="plot-crosshair" style={{ transform: `translateX(${left}px)` }} />
      {values.map(({ runId, slot, x, value }) => (
        <div key={runId} class="plot-dot" style={dotStyle(layout, x, value, slot)} />
      ))}
      <div class={isOnTheLeft ? 'plot-beside plot-beside-left' : 'plot-beside'}>
        <span style={{ flexBasis: `${distance}px` }} />
        <div class={isHere ? 'plot-values' : 'plot-values plot-values-short'}>
          <div>
            {placeText(axis, at.x)}
            {isHere && staged && (
              <StageAt staged={staged} x={at.x} of={curves.length > 1 ? nameOf(staged.runId) : null} />
            )}
          </div>
          <table aria-label={texts.values}>
            <tbody>
              {shown.map((value) => (
                <ValueRow
                  key={value.runId}
                  value={value}
                  name={nameOf(value.runId)}
                  place={placeBesides(axis, at.x, value.x)}
                  isNext={at.runId === value.runId}
                />
              ))}
            </tbody>
          </table>
          {shown.length < values.length && texts.more(values.length - shown.length)}
        </div>
      </div>
    </>
  );
}

/** The stage in which the run is there. @param of the run, where there are others */
function StageAt({ staged, x, of }: { readonly staged: StagesOfOne; readonly x: number; readonly of: string | null }) {
  const stage = staged.stages.findLast((each) => contains(each, x));
  return stage && <span>{of === null ? ` · ${stage.label}` : ` · ${of}: ${stage.label}`}</span>;
}

/** Where a value is, if that is written otherwise than the cursor's place. */
function placeBesides(axis: ChartAxis, at: number, x: number): string | null {
  const text = shortPlaceText(axis, x);
  return text === shortPlaceText(axis, at) ? null : `@ ${text}`;
}

function contains({ from, to }: Stage, x: number): boolean {
  return from <= x && (to === null || x <= to);
}

interface ValueRowProps {
  readonly value: ValueAt;
  readonly name: string;
  /** Where it is, if not at the cursor. */
  readonly place: string | null;
  /** Whether the pointer is next to its curve. */
  readonly isNext: boolean;
}

function ValueRow({ value: { slot, value, raw }, name, place, isNext }: ValueRowProps) {
  return (
    <tr class={isNext ? 'plot-value-next' : ''}>
      <td aria-hidden="true">
        <RunLine slot={slot} />
      </td>
      <th scope="row">{name}</th>
      <td>{valueText(value)}</td>
      {raw !== null && (
        <td class="muted plot-value-more" title={texts.raw}>
          {formatValue(raw)}
        </td>
      )}
      {place !== null && <td class="muted plot-value-more plot-value-place">{place}</td>}
    </tr>
  );
}

/** NaN and infinities have no height: their dot is where their mark is told of, out of sight. */
function dotStyle(layout: PlotLayout, x: number, value: ValueAt['value'], slot: number) {
  const top = typeof value === 'number' ? topOf(layout, value) : Number.NaN;
  const isInside = top >= 0 && top <= layout.height;
  return {
    display: isInside ? '' : 'none',
    transform: isInside ? `translate(${leftOf(layout, x)}px, ${top}px)` : '',
    background: colourOf(slot),
  };
}
