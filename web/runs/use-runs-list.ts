import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LoadedRuns } from './loaded-runs.ts';
import { type Question, RunsList } from './runs-list.ts';

interface ShownList {
  readonly list: RunsList;
  /** What was last loaded; null before the first answer. */
  readonly loaded: LoadedRuns | null;
  /** Whether that is of another question, whose answer stays until that of this one is there. */
  readonly isStale: boolean;
}

/** The list that answers a question, kept up to date while the component is on the page. */
export function useRunsList(question: Question): ShownList {
  const key = JSON.stringify(question);
  const list = useMemo(() => new RunsList(question), [key]);
  useEffect(() => {
    list.start();
    return () => list.stop();
  }, [list]);
  const last = useRef<LoadedRuns | null>(null);
  const loaded = list.loaded.value;
  if (loaded) last.current = loaded;
  return { list, loaded: last.current, isStale: loaded === null };
}
