import { address, adjust } from '../address/navigation.ts';
import { formatCount } from '../format/numbers.ts';
import { inLanguage } from '../ui/language.ts';
import { ChartPanel } from './chart-panel.tsx';
import { type MetricGroup, titleOf } from './data/metric-groups.ts';

const texts = inLanguage({ all: 'Metrics', other: 'Other' }, { all: '指标', other: '其他' });

interface PanelGroupProps extends MetricGroup {
  /** Whether there are no others. */
  readonly isOnly: boolean;
}

/** Panels of metrics that begin alike, under a heading that folds them. */
export function PanelGroup({ name, metrics, isOnly }: PanelGroupProps) {
  const { folded } = address.value;
  const isOpen = !folded.includes(name);
  const toggle = () => adjust({ folded: isOpen ? [...folded, name] : folded.filter((other) => other !== name) });
  return (
    <section class="charts-group">
      <h2>
        <button type="button" class="plain" aria-expanded={isOpen} onClick={toggle}>
          <span aria-hidden="true" class="charts-fold">
            ▸
          </span>
          {name || (isOnly ? texts.all : texts.other)} <span class="muted">{formatCount(metrics.length)}</span>
        </button>
      </h2>
      {isOpen && (
        <div class="charts-grid">
          {metrics.map((metric) => (
            <ChartPanel key={metric} metric={metric} title={titleOf(metric, name)} />
          ))}
        </div>
      )}
    </section>
  );
}
