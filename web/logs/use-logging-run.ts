import { useEffect, useState } from 'preact/hooks';
import {
  FollowLoggingRunDocument,
  LoggingRunDocument,
  type LoggingRunFieldsFragment,
} from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { subscribe } from '../api/subscription.ts';

/** What is known of a run whose log can be shown; null until it is here, and if there is none. */
export function useLoggingRun(runId: string, isFollowed: boolean): LoggingRunFieldsFragment | null {
  const [run, setRun] = useState<LoggingRunFieldsFragment | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const show = (next: LoggingRunFieldsFragment | null) => {
      if (!stop.signal.aborted) setRun(next);
    };
    const ask = () =>
      query(LoggingRunDocument, { runId }, stop.signal).then(
        (data) => show(data.run),
        // The view of the log says what is wrong; the run goes without its name.
        () => {},
      );
    const follow = async () => {
      for await (const { runs } of subscribe(FollowLoggingRunDocument, () => ({ runId }), stop.signal)) {
        if (runs.__typename === 'StreamStart') void ask();
        else if (runs.__typename === 'RunChanged' && runs.run.runId === runId) show(runs.run);
      }
    };
    if (isFollowed) follow().catch(ask);
    else void ask();
    return () => stop.abort();
  }, [runId, isFollowed]);
  return run;
}
