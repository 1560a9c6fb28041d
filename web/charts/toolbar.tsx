import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ChartAxis } from '../address/address.ts';
import { address, adjust, go } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { axisNames } from './plot/axis-texts.ts';
import { settleRange } from './plot/shared-view.ts';

const texts = inLanguage(
  {
    axis: 'Axis',
    smoothing: 'Smoothing',
    log: 'Log scale',
    outliers: 'Ignore outliers',
    metric: 'Find metrics',
    reset: 'Reset zoom',
    parameters: 'Hyperparameters',
  },
  {
    axis: '横轴',
    smoothing: '平滑',
    log: '对数坐标',
    outliers: '忽略离群值',
    metric: '查找指标',
    reset: '重置缩放',
    parameters: '超参数',
  },
);

const AXES = ['step', 'relative', 'wall', 'epoch'] as const;

/** How charts are shown, and which. */
export function Toolbar({ search }: { readonly search: RefObject<HTMLInputElement | null> }) {
  const { axis, logScale, ignoreOutliers, metric, range, parameters } = address.value;
  return (
    <div class="charts-toolbar">
      <fieldset class="charts-axes">
        <legend class="hidden">{texts.axis}</legend>
        {AXES.map((each) => (
          <label key={each}>
            <input type="radio" name="axis" class="hidden" checked={each === axis} onChange={() => setAxis(each)} />
            <span>{axisNames[each]}</span>
          </label>
        ))}
      </fieldset>
      <Smoothing />
      <button type="button" aria-pressed={logScale} onClick={() => adjust({ logScale: !logScale })}>
        {texts.log}
      </button>
      <button type="button" aria-pressed={ignoreOutliers} onClick={() => adjust({ ignoreOutliers: !ignoreOutliers })}>
        {texts.outliers}
      </button>
      <button type="button" class="charts-reset" disabled={range === null} onClick={() => settleRange(null)}>
        {texts.reset}
      </button>
      <button
        type="button"
        aria-expanded={parameters !== 'none'}
        aria-pressed={parameters !== 'none'}
        onClick={() => adjust({ parameters: parameters === 'none' ? 'differing' : 'none' })}
      >
        {texts.parameters}
      </button>
      <input
        ref={search}
        type="search"
        class="charts-search"
        aria-label={texts.metric}
        placeholder={texts.metric}
        value={metric}
        onInput={(event) => adjust({ metric: event.currentTarget.value })}
      />
    </div>
  );
}

/** A range is of one axis: on another it would show another part of the runs. */
function setAxis(axis: ChartAxis): void {
  go({ axis, range: null });
}

/** While the slider is dragged, the gateway is asked for a curve only where it rests. */
const REST_MS = 100;
const LARGEST = 0.99;

function Smoothing() {
  const { smoothing } = address.value;
  const dragged = useSignal<number | null>(null);
  useEffect(() => {
    const weight = dragged.value;
    if (weight === null) return;
    const settle = setTimeout(() => {
      adjust({ smoothing: weight });
      dragged.value = null;
    }, REST_MS);
    return () => clearTimeout(settle);
  }, [dragged, dragged.value]);
  const shown = dragged.value ?? smoothing;
  return (
    <label class="charts-smoothing">
      {texts.smoothing}
      <input
        type="range"
        min="0"
        max={LARGEST}
        step="0.01"
        value={shown}
        onInput={(event) => {
          dragged.value = event.currentTarget.valueAsNumber;
        }}
      />
      <output>{shown.toFixed(2)}</output>
    </label>
  );
}
