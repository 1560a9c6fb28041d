import { useEffect, useState } from 'preact/hooks';
import { hrefTo } from '../address/navigation.ts';
import { NewestRunsChangesDocument, NewestRunsDocument, type NewestRunsQuery } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { subscribe } from '../api/subscription.ts';
import { runName } from '../format/run-names.ts';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../ui/language.ts';
import { Status } from '../ui/status.tsx';
import { useTitle } from '../ui/titles.ts';

const texts = inLanguage(
  {
    title: 'No run is chosen yet',
    help: 'Choose runs in the list to see their curves, or begin with one of the newest:',
    empty: 'The storage has no runs yet. They appear here as soon as a job writes one.',
    list: 'List of runs',
    compare: 'Compare these',
  },
  {
    title: '尚未选择运行',
    help: '在列表中选择运行即可查看曲线，或从最新的运行开始：',
    empty: '存储目录中还没有运行。任务写入后会立即显示在这里。',
    list: '运行列表',
    compare: '对比这些运行',
  },
);

/** How many runs are offered. */
const FIRST = 5;

type NewestRuns = NewestRunsQuery['runs']['nodes'];

/** Shows the newest runs, now and whenever they may be others. Rejects where the gateway refuses to tell. */
async function follow(
  show: (runs: NewestRuns) => void,
  fail: (reason: unknown) => void,
  stopped: AbortSignal,
): Promise<void> {
  const load = () => query(NewestRunsDocument, { first: FIRST }, stopped).then(({ runs }) => show(runs.nodes), fail);
  void load();
  const changes = subscribe(NewestRunsChangesDocument, () => ({}), stopped);
  while (!(await changes.next()).done) await load();
}

/** Where no run is chosen: how to choose some. */
export function NoRuns() {
  useTitle('charts');
  const [runs, setRuns] = useState<NewestRuns | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const stopped = new AbortController();
    const show = (newest: NewestRuns) => {
      setRuns(newest);
      setError(null);
    };
    const fail = (reason: unknown) => stopped.signal.aborted || setError(reason);
    follow(show, fail, stopped.signal).catch(fail);
    return () => stopped.abort();
  }, [tries]);
  if (error !== null) return <Failure error={error} retry={() => setTries(tries + 1)} />;
  return (
    <div class="notice">
      <strong>{texts.title}</strong>
      {runs && <p>{runs.length > 0 ? texts.help : texts.empty}</p>}
      <ul class="charts-newest">
        {runs?.map(({ runId, path, alias, status }) => (
          <li key={runId}>
            <a href={hrefTo({ view: 'charts', runs: [runId] })}>
              {[path, runName(runId, alias)].filter(Boolean).join('/')}
            </a>{' '}
            <Status status={status} />
          </li>
        ))}
      </ul>
      <p>
        {runs && runs.length > 1 && (
          <a class="button" href={hrefTo({ view: 'charts', runs: runs.map(({ runId }) => runId) })}>
            {texts.compare}
          </a>
        )}{' '}
        <a class="button" href={hrefTo({ view: 'runs' })}>
          {texts.list}
        </a>
      </p>
    </div>
  );
}
