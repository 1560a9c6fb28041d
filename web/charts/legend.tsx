import { comparedRuns, removeRun } from '../address/compared-runs.ts';
import { address, adjust, go, hrefTo } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { Status } from '../ui/status.tsx';
import type { useShownRuns } from './data/use-shown-runs.ts';
import { differencesOf } from './differing-parameters.ts';
import { RunLine } from './plot/run-line.tsx';
import { pointed } from './plot/shared-view.ts';
import { nameOf } from './run-names.ts';

const texts = inLanguage(
  {
    legend: 'Runs',
    log: 'Log',
    logOf: (run: string) => `Log of ${run}`,
    remove: (run: string) => `Remove ${run} from the comparison`,
    chosen: (count: number) => (count === 1 ? 'Show the chosen one' : `Show the ${count} chosen`),
    missing: 'not found',
    failed: 'unreadable',
  },
  {
    legend: '运行',
    log: '日志',
    logOf: (run) => `${run} 的日志`,
    remove: (run) => `将 ${run} 移出对比`,
    chosen: (count) => `显示已选的 ${count} 个运行`,
    missing: '未找到',
    failed: '无法读取',
  },
);

type LegendRun = ReturnType<typeof useShownRuns>[number];

/** The runs that are shown: their lines and names, which hide and show them, how they are, and what leads on. */
export function Legend({ runs }: { readonly runs: readonly LegendRun[] }) {
  const { only, runs: slots } = address.value;
  const chosen = comparedRuns(slots).length;
  const known = runs.flatMap(({ runId, facts }) => (facts.state === 'known' ? { runId, config: facts.config } : []));
  const differences = differencesOf(known.map(({ config }) => config));
  const differencesOfRun = new Map(known.map(({ runId }, index) => [runId, differences[index]]));
  return (
    <ul class="charts-legend" aria-label={texts.legend}>
      {runs.map((run) => (
        <LegendEntry
          key={run.runId}
          {...run}
          isCompared={only === ''}
          differences={differencesOfRun.get(run.runId) ?? ''}
        />
      ))}
      {only !== '' && chosen > 0 && (
        <li>
          <a href={hrefTo({ only: '' })}>{texts.chosen(chosen)}</a>
        </li>
      )}
    </ul>
  );
}

interface LegendEntryProps extends LegendRun {
  /** Else it is looked at alone. */
  readonly isCompared: boolean;
  /** The hyperparameters in which it differs from the others. */
  readonly differences: string;
}

function LegendEntry({ runId, slot, facts, isCompared, differences }: LegendEntryProps) {
  const { hidden, runs } = address.value;
  const isShown = !hidden.includes(runId);
  const name = nameOf(runId, facts);
  const point = (at: string | null) => () => {
    pointed.value = at;
  };
  return (
    <li onMouseEnter={point(runId)} onMouseLeave={point(null)}>
      <button
        type="button"
        class="plain charts-run"
        aria-pressed={isShown}
        title={facts.state === 'known' ? [facts.path, runId].filter(Boolean).join('/') : runId}
        onFocus={point(runId)}
        onBlur={point(null)}
        onClick={() => adjust({ hidden: isShown ? [...hidden, runId] : hidden.filter((other) => other !== runId) })}
      >
        <RunLine slot={slot} />
        <span class="charts-run-name">{name}</span>
      </button>
      {name === runId && differences !== '' && (
        <span class="charts-run-differences muted" title={differences}>
          {differences}
        </span>
      )}
      {facts.state === 'known' && <Status status={facts.status} />}
      {facts.state === 'missing' && <span class="charts-run-missing">{texts.missing}</span>}
      {facts.state === 'failed' && <span class="charts-run-missing">{texts.failed}</span>}
      <a href={hrefTo({ view: 'logs', log: runId })} aria-label={texts.logOf(name)}>
        {texts.log}
      </a>
      {isCompared && (
        <button
          type="button"
          class="plain"
          aria-label={texts.remove(name)}
          title={texts.remove(name)}
          onClick={() => go({ runs: removeRun(runs, runId), hidden: hidden.filter((other) => other !== runId) })}
        >
          ✕
        </button>
      )}
    </li>
  );
}
