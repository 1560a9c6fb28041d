import { useEffect, useState } from 'preact/hooks';
import { type ComparedRun, comparedRuns, removeRun } from '../address/compared-runs.ts';
import { address, adjust, hrefTo } from '../address/navigation.ts';
import { ChosenRunDocument } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { runName } from '../format/run-names.ts';
import { inLanguage } from '../ui/language.ts';
import { colourOf } from '../ui/run-colours.ts';
import { MOST_CHOSEN } from './chosen-runs.ts';
import type { Run } from './loaded-runs.ts';

const texts = inLanguage(
  {
    chosen: 'Chosen runs',
    compare: (count: number) => `Compare ${count}`,
    clear: 'Clear',
    remove: (name: string) => `Remove ${name}`,
    full: `${MOST_CHOSEN} runs at most`,
  },
  {
    chosen: '已选运行',
    compare: (count: number) => `对比 ${count} 个运行`,
    clear: '清除',
    remove: (name: string) => `移除 ${name}`,
    full: `最多可选 ${MOST_CHOSEN} 个运行`,
  },
);

/** The runs that are chosen for comparison, and the way to it. @param loaded where names are known */
export function ChosenBar({ loaded }: { readonly loaded: readonly Run[] }) {
  const chosen = comparedRuns(address.value.runs);
  if (chosen.length === 0) return null;
  const known = new Map(loaded.map((run) => [run.runId, run]));
  return (
    <section class="runs-chosen" aria-label={texts.chosen}>
      <ul>
        {chosen.map((run) => (
          <Chip key={run.runId} chosen={run} known={known.get(run.runId)} />
        ))}
      </ul>
      {chosen.length >= MOST_CHOSEN && (
        <span class="muted" role="status">
          {texts.full}
        </span>
      )}
      <button type="button" class="plain" onClick={() => adjust({ runs: [] })}>
        {texts.clear}
      </button>
      <a class="button runs-compare" href={hrefTo({ view: 'charts', only: '' })}>
        {texts.compare(chosen.length)}
      </a>
    </section>
  );
}

function Chip({ chosen, known }: { readonly chosen: ComparedRun; readonly known: Run | undefined }) {
  const { runId, slot } = chosen;
  const alias = useAlias(runId, known);
  const name = runName(runId, alias);
  return (
    <li class="runs-chip">
      <span class="swatch" style={{ background: colourOf(slot) }} />
      <span title={runId}>{name}</span>
      <button
        type="button"
        class="plain"
        aria-label={texts.remove(name)}
        onClick={() => adjust({ runs: removeRun(address.value.runs, runId) })}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

/** Of a run that may be on no page that is loaded. Null where it has none, or is not known yet. */
function useAlias(runId: string, known: Run | undefined): string | null {
  const [alias, setAlias] = useState<string | null>(null);
  const isKnown = known !== undefined;
  useEffect(() => {
    if (isKnown) return;
    const stopped = new AbortController();
    query(ChosenRunDocument, { runId }, stopped.signal).then(
      ({ run }) => setAlias(run?.alias ?? null),
      // It goes by its id.
      () => undefined,
    );
    return () => stopped.abort();
  }, [runId, isKnown]);
  return known ? known.alias : alias;
}
