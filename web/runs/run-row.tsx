import { address, hrefTo } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { colourOf } from '../ui/run-colours.ts';
import { Status } from '../ui/status.tsx';
import type { Curves } from './curves.ts';
import type { Run } from './loaded-runs.ts';
import { Age, Best, Duration, Folder, Name, nameOf, Tags, Value } from './run-cells.tsx';
import { SparklineView } from './sparkline.tsx';
import { cellOf, type ValueColumn } from './table-columns.ts';

const texts = inLanguage(
  {
    choose: (name: string) => `Compare ${name}`,
    log: 'Log',
    logOf: (name: string) => `Log of ${name}`,
    loading: 'Loading',
  },
  {
    choose: (name: string) => `对比 ${name}`,
    log: '日志',
    logOf: (name: string) => `${name} 的日志`,
    loading: '加载中',
  },
);

interface RunRowProps {
  readonly run: Run;
  /** Its place in the list, from 0. */
  readonly index: number;
  /** Its colour, where it is chosen for comparison. */
  readonly slot: number | undefined;
  /** Whether the keyboard is at it: only there does the Tab key stop. */
  readonly isCurrent: boolean;
  /** Whether it came just now. */
  readonly isNew: boolean;
  readonly columns: readonly ValueColumn[];
  readonly curves: Curves;
  /** Told of a click on its box, and whether the Shift key was held. */
  readonly choose: (run: Run, isRange: boolean) => void;
  readonly focused: (run: Run) => void;
}

/** The id of the link to a run's charts, where the keyboard is when it is at the row. */
export function linkIdOf({ runId }: Run): string {
  return `run-${runId}`;
}

export function RunRow({ run, index, slot, isCurrent, isNew, columns, curves, choose, focused }: RunRowProps) {
  const isChosen = slot !== undefined;
  const tabIndex = isCurrent ? 0 : -1;
  const name = nameOf(run);
  return (
    <tr
      class={`runs-row ${isChosen ? 'runs-row-chosen' : ''} ${isNew ? 'runs-row-new' : ''}`}
      aria-rowindex={index + 2}
      onFocusIn={() => focused(run)}
    >
      <td class="runs-choose">
        <label>
          <input
            type="checkbox"
            checked={isChosen}
            tabIndex={tabIndex}
            aria-label={texts.choose(name)}
            style={{ accentColor: isChosen ? colourOf(slot) : '' }}
            onClick={(event) => choose(run, event.shiftKey)}
          />
        </label>
      </td>
      <td class="runs-status">
        <Status status={run.status} />
      </td>
      <td class="runs-name">
        <a id={linkIdOf(run)} href={chartsOf(run)} tabIndex={tabIndex} title={run.runId}>
          <Name name={name} />
        </a>
      </td>
      <td class="runs-log">
        <a href={logOf(run)} tabIndex={tabIndex} aria-label={texts.logOf(name)}>
          {texts.log}
        </a>
      </td>
      <td class="runs-folder">{run.path !== null && <Folder path={run.path} tabIndex={tabIndex} />}</td>
      <td class="runs-tags">
        <Tags tags={run.tags} tabIndex={tabIndex} />
      </td>
      <td class="runs-created">
        <Age time={Date.parse(run.createdAt)} />
      </td>
      <td class="runs-duration">
        <Duration run={run} />
      </td>
      <td class="runs-best">{run.bestMetric && <Best best={run.bestMetric} />}</td>
      <td class="runs-curve">
        <SparklineView curve={curves.curveOf(run)} slot={slot} />
      </td>
      {columns.map(({ name: column, kind }) => (
        <td key={column} class={`runs-value runs-${kind}`}>
          <Value value={cellOf(run, column)} />
        </td>
      ))}
    </tr>
  );
}

/** Of that run alone; those that are chosen stay so. */
function chartsOf({ runId }: Run): string {
  const hidden = address.value.hidden.filter((other) => other !== runId);
  return hrefTo({ view: 'charts', only: runId, hidden, log: '', line: null });
}

/** Beside those of the compared runs where it is one of them. */
function logOf({ runId }: Run): string {
  const isChosen = address.value.runs.includes(runId);
  const shown = isChosen ? { only: '', log: runId } : { only: runId, log: '' };
  return hrefTo({ view: 'logs', ...shown, line: null, find: '' });
}

/** A row that is not loaded yet. */
export function MissingRow({ index }: { readonly index: number }) {
  return (
    <tr class="runs-row runs-row-missing" aria-rowindex={index + 2}>
      <td aria-label={texts.loading}>
        <span class="runs-bone" />
      </td>
    </tr>
  );
}
