import { useEffect, useState } from 'preact/hooks';
import { RunsPageDocument, type RunsPageQuery } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { Failure } from '../ui/failure.tsx';
import { Status } from '../ui/status.tsx';

export function RunsView() {
  const [runs, setRuns] = useState<RunsPageQuery['runs']['nodes']>([]);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    query(RunsPageDocument, { first: 50 }).then((data) => setRuns(data.runs.nodes), setError);
  }, []);
  if (error) return <Failure error={error} />;
  return (
    <ul>
      {runs.map((run) => (
        <li key={run.runId}>
          {run.path}/{run.alias ?? run.runId} <Status status={run.status} />
        </li>
      ))}
    </ul>
  );
}
