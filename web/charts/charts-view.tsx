import { useEffect, useRef } from 'preact/hooks';
import { shownRuns } from '../address/compared-runs.ts';
import { address, adjust } from '../address/navigation.ts';
import { formatCount } from '../format/numbers.ts';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../ui/language.ts';
import { useTitle } from '../ui/titles.ts';
import { panelOf, useChartKeys } from './chart-keys.ts';
import { ChartPanel } from './chart-panel.tsx';
import { titleOf } from './data/metric-groups.ts';
import { useMetricGroups } from './data/use-metric-groups.ts';
import { useShownRuns } from './data/use-shown-runs.ts';
import { Hyperparameters } from './hyperparameters.tsx';
import { Legend } from './legend.tsx';
import { NoRuns } from './no-runs.tsx';
import { PanelGroup } from './panel-group.tsx';
import { currentPanel } from './plot/shared-view.ts';
import { nameOf } from './run-names.ts';
import { Toolbar } from './toolbar.tsx';
import './charts.css';

const texts = inLanguage(
  {
    loading: 'Loading…',
    runs: (count: number) => `${formatCount(count)} runs`,
    noMatch: (text: string) => `No metric has “${text}” in its name`,
    noMatchHelp: 'Search for another part of a name, or show all.',
    showAll: 'Show all metrics',
    noMetrics: 'Nothing to draw yet',
    noMetricsHelp:
      'These runs have logged no numbers along this axis. Curves appear as soon as they do; another axis may have some.',
  },
  {
    loading: '加载中…',
    runs: (count) => `${formatCount(count)} 个运行`,
    noMatch: (text) => `没有名称包含“${text}”的指标`,
    noMatchHelp: '请换一个名称片段，或显示全部指标。',
    showAll: '显示全部指标',
    noMetrics: '暂时没有可绘制的内容',
    noMetricsHelp: '这些运行在当前横轴上还没有记录数值，一旦记录就会显示曲线；也可以换一个横轴试试。',
  },
);

/** The curves of the compared runs, a panel a metric. */
export function ChartsView() {
  return shownRuns(address.value).length > 0 ? <Charts /> : <NoRuns />;
}

function Charts() {
  const runs = useShownRuns();
  const found = useMetricGroups();
  const search = useRef<HTMLInputElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const { panel, folded, parameters } = address.value;
  const [first, ...others] = runs;
  useTitle(
    'charts',
    panel ?? '',
    first && others.length === 0 ? nameOf(first.runId, first.facts) : texts.runs(runs.length),
  );
  const groups = found.state === 'shown' ? found.groups : [];
  useChartKeys(
    view,
    search,
    groups.flatMap(({ name, metrics }) => (folded.includes(name) ? [] : metrics)),
  );
  // Who enlarges a panel, or comes back from it, is at that panel, by the eye and by the keyboard.
  useEffect(() => {
    const current = currentPanel.peek();
    if (current === null) return;
    const element = panelOf(view, panel ?? current);
    if (panel === null) element?.scrollIntoView({ block: 'nearest' });
    if (document.activeElement === document.body) element?.focus({ preventScroll: true });
  }, [panel]);
  return (
    <div ref={view} class={`charts ${panel === null ? '' : 'charts-one'}`}>
      <div class="charts-bar">
        <Toolbar search={search} />
        <Legend runs={runs} />
      </div>
      {parameters !== 'none' && <Hyperparameters runs={runs} />}
      {found.state === 'loading' && <p class="chart-loading">{texts.loading}</p>}
      {found.state === 'failed' && <Failure error={found.error} retry={found.retry} />}
      {panel !== null && <ChartPanel key={panel} metric={panel} title={titleOf(panel)} isLarge />}
      {panel === null && groups.map((group) => <PanelGroup key={group.name} {...group} isOnly={groups.length === 1} />)}
      {panel === null && found.state === 'shown' && groups.length === 0 && <NoPanels />}
    </div>
  );
}

function NoPanels() {
  const { metric } = address.value;
  return (
    <div class="notice">
      <strong>{metric ? texts.noMatch(metric) : texts.noMetrics}</strong>
      <p>{metric ? texts.noMatchHelp : texts.noMetricsHelp}</p>
      {metric && (
        <button type="button" onClick={() => adjust({ metric: '' })}>
          {texts.showAll}
        </button>
      )}
    </div>
  );
}
