import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Address } from '../address/address.ts';
import { address } from '../address/navigation.ts';
import type { RunFilter } from '../api/generated/graphql.ts';
import { formatCount } from '../format/numbers.ts';
import { Failure } from '../ui/failure.tsx';
import { failureText } from '../ui/failure-texts.ts';
import { inLanguage } from '../ui/language.ts';
import { isNarrow } from '../ui/narrow.ts';
import { useTitle } from '../ui/titles.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { Curves } from './curves.ts';
import type { LoadedRuns } from './loaded-runs.ts';
import { NoRuns } from './no-runs.tsx';
import { Breadcrumbs, StatusFilter, TagFilter } from './run-filters.tsx';
import { RunsTable } from './runs-table.tsx';
import { SearchBox } from './search-box.tsx';
import { ColumnMenu, CurveMenu, SortMenu } from './table-menus.tsx';
import { useRunsList } from './use-runs-list.ts';
import './runs-view.css';

const texts = inLanguage(
  {
    count: (total: number) => (total === 1 ? '1 run' : `${formatCount(total)} runs`),
    outdated: 'What is shown could not be brought up to date:',
    noCurves: 'Curves could not be loaded:',
    again: 'Try again',
  },
  {
    count: (total: number) => `${formatCount(total)} 个运行`,
    outdated: '无法更新显示的内容：',
    noCurves: '无法加载曲线：',
    again: '重试',
  },
);

/** As many rows as there may be, before it is known. */
const NOT_YET: LoadedRuns = { runs: [], total: 12, cursor: null };

/** The runs of the storage in a table, filtered and sorted as one likes, to choose from. */
export function RunsView() {
  const { order, columns, text, path } = address.value;
  useTitle('runs', text.trim(), path);
  const [hasPickedColumns, setPickedColumns] = useState(false);
  const withValues = hasPickedColumns || columns.length > 0 || 'name' in order;
  const { list, loaded, isStale } = useRunsList({ filter: filterOf(address.value), order, withValues });
  const curves = useMemo(() => new Curves(), []);
  useEffect(() => () => curves.stop(), [curves]);

  const error = list.error.value;
  const retry = () => list.retry();
  return (
    <div class="runs">
      <div class="runs-tools">
        <SearchBox />
        <div class="runs-choices">
          <StatusFilter />
          <span class="runs-menus">
            {isNarrow.value && <SortMenu />}
            <CurveMenu curves={curves} />
            {!isNarrow.value && <ColumnMenu runs={loaded?.runs ?? []} opened={() => setPickedColumns(true)} />}
          </span>
        </div>
      </div>
      <div class="runs-where">
        <Breadcrumbs />
        <TagFilter />
        <span class="runs-count muted" role="status">
          {loaded && texts.count(loaded.total)}
        </span>
      </div>
      {error && loaded ? <Trouble says={texts.outdated} error={error} retry={retry} /> : null}
      {curves.error.value ? <Trouble says={texts.noCurves} error={curves.error.value} /> : null}
      {error && !loaded ? (
        <Failure error={error} retry={retry} />
      ) : loaded?.total === 0 ? (
        <NoRuns />
      ) : (
        <RunsTable list={list} loaded={loaded ?? NOT_YET} isStale={isStale} curves={curves} />
      )}
      <ChosenBar loaded={loaded?.runs ?? []} />
    </div>
  );
}

/** Something is not as it should be, and yet there is something to see. */
function Trouble({ says, error, retry }: { says: string; error: unknown; retry?: () => void }) {
  return (
    <p class="runs-trouble" role="alert">
      {says} {failureText(error)}
      {retry && (
        <button type="button" onClick={retry}>
          {texts.again}
        </button>
      )}
    </p>
  );
}

function filterOf({ text, path, status, tags }: Address): RunFilter {
  return {
    ...(text.trim() && { text: text.trim() }),
    ...(path && { pathPrefix: path }),
    ...(status.length > 0 && { status: [...status] }),
    ...(tags.length > 0 && { tags: [...tags] }),
  };
}
