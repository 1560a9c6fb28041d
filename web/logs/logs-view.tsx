import { type ComparedRun, shownRuns } from '../address/compared-runs.ts';
import { address, hrefTo } from '../address/navigation.ts';
import { runName } from '../format/run-names.ts';
import { inLanguage } from '../ui/language.ts';
import { colourOf } from '../ui/run-colours.ts';
import { Status } from '../ui/status.tsx';
import { useTitle } from '../ui/titles.ts';
import { Log } from './log.tsx';
import { useLoggingRun } from './use-logging-run.ts';
import './ansi.css';
import './logs.css';

const texts = inLanguage(
  {
    none: 'No run is chosen yet',
    noneHelp: 'Choose one or several runs in the list to read their logs here.',
    runs: 'Choose runs',
    shown: 'Runs',
  },
  {
    none: '尚未选择运行',
    noneHelp: '在列表中选择一个或多个运行，即可在这里查看日志。',
    runs: '选择运行',
    shown: '运行',
  },
);

/** The log of one of the runs that charts show, or of the run that the address names. */
export function LogsView() {
  const { log } = address.value;
  const runs = shownRuns(address.value);
  const shown = log || runs[0]?.runId;
  if (!shown) return <NoRun />;
  const isAmongThem = runs.some(({ runId }) => runId === shown);
  return (
    <div class="logs">
      <nav class="log-runs" aria-label={texts.shown}>
        {!isAmongThem && <RunLink runId={shown} slot={null} isShown />}
        {runs.map(({ runId, slot }) => (
          <RunLink key={runId} runId={runId} slot={slot} isShown={runId === shown} />
        ))}
      </nav>
      <ShownLog key={shown} runId={shown} />
    </div>
  );
}

function NoRun() {
  useTitle('logs');
  return (
    <div class="notice">
      <strong>{texts.none}</strong>
      <p>{texts.noneHelp}</p>
      <a class="button" href={hrefTo({ view: 'runs' })}>
        {texts.runs}
      </a>
    </div>
  );
}

function ShownLog({ runId }: { readonly runId: string }) {
  const run = useLoggingRun(runId, true);
  useTitle('logs', runName(runId, run?.alias));
  return <Log runId={runId} isRunning={run?.status === 'RUNNING'} />;
}

interface RunLinkProps extends Pick<ComparedRun, 'runId'> {
  /** Null where charts do not show it. */
  readonly slot: number | null;
  readonly isShown: boolean;
}

function RunLink({ runId, slot, isShown }: RunLinkProps) {
  const run = useLoggingRun(runId, isShown);
  return (
    <a
      href={hrefTo({ log: runId, line: null })}
      aria-current={isShown ? 'page' : undefined}
      title={[run?.path, runId].filter(Boolean).join('/')}
    >
      {slot !== null && <span class="swatch" style={{ background: colourOf(slot) }} />}
      <span class="log-run-name">{runName(runId, run?.alias)}</span>
      {run && <Status status={run.status} />}
    </a>
  );
}
