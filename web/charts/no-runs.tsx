import { useEffect, useState } from 'preact/hooks';
import { hrefTo } from '../address/navigation.ts';
import { NewestRunsDocument, type NewestRunsQuery } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { Failure } from '../ui/failure.tsx';
import { inLanguage } from '../ui/language.ts';
import { Status } from '../ui/status.tsx';

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

/** Where no run is chosen: how to choose some. */
export function NoRuns() {
  const [runs, setRuns] = useState<NewestRunsQuery['runs']['nodes'] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    const stop = new AbortController();
    query(NewestRunsDocument, { first: FIRST }, stop.signal).then(
      (data) => setRuns(data.runs.nodes),
      (reason: unknown) => stop.signal.aborted || setError(reason),
    );
    return () => stop.abort();
  };
  useEffect(load, []);
  if (error !== null) return <Failure error={error} retry={load} />;
  return (
    <div class="notice">
      <strong>{texts.title}</strong>
      {runs && <p>{runs.length > 0 ? texts.help : texts.empty}</p>}
      <ul class="charts-newest">
        {runs?.map(({ runId, path, alias, status }) => (
          <li key={runId}>
            <a href={hrefTo({ view: 'charts', runs: [runId] })}>{[path, alias ?? runId].filter(Boolean).join('/')}</a>{' '}
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
