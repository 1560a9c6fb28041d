import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { comparedRuns } from '../address/compared-runs.ts';
import { address, adjust } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { isNarrow } from '../ui/narrow.ts';
import { useVirtualRows } from '../ui/virtual-rows.ts';
import { chooseRuns } from './chosen-runs.ts';
import { widthsOf } from './columns.ts';
import type { Curves } from './curves.ts';
import type { LoadedRuns, Run } from './loaded-runs.ts';
import { linkIdOf, MissingRow, RunRow } from './run-row.tsx';
import type { RunsList } from './runs-list.ts';
import { valueColumn } from './table-columns.ts';
import { TableHead } from './table-head.tsx';
import { useKeepPlace } from './use-keep-place.ts';
import { useRowKeys } from './use-row-keys.ts';
import './runs-table.css';
import './run-cards.css';

const texts = inLanguage({ runs: 'Runs' }, { runs: '运行' });

/** Of a row, and of the card that it is on a phone: as in the style sheet, in pixels. */
const ROW_HEIGHT = 36;
const CARD_HEIGHT = 92;
/** Rows loaded beyond those in view, so that they are there when one gets to them. */
const AHEAD = 100;

interface RunsTableProps {
  readonly list: RunsList;
  readonly loaded: LoadedRuns;
  /** Whether it is of another question than the list's. */
  readonly isStale: boolean;
  readonly curves: Curves;
}

/** The rows of the runs, of which those in view are on the page. */
export function RunsTable({ list, loaded, isStale, curves }: RunsTableProps) {
  const { columns, runs: slots } = address.value;
  const viewport = useRef<HTMLTableSectionElement>(null);
  const rowHeight = isNarrow.value ? CARD_HEIGHT : ROW_HEIGHT;
  const rows = useVirtualRows(viewport, loaded.total, rowHeight);
  const inView = useMemo(() => loaded.runs.slice(rows.first, rows.end), [loaded.runs, rows.first, rows.end]);
  const slotOf = useMemo(() => new Map(comparedRuns(slots).map(({ runId, slot }) => [runId, slot])), [slots]);

  useKeepPlace(viewport, loaded.runs, rowHeight, JSON.stringify([list.question.filter, list.question.order]));
  useEffect(() => list.need(rows.end + AHEAD), [list, rows.end]);
  useEffect(() => curves.show(inView), [curves, inView]);

  const [currentId, setCurrent] = useState<string | null>(null);
  const wantsFocus = useRef<Run | null>(null);
  useLayoutEffect(() => {
    const link = wantsFocus.current && document.getElementById(linkIdOf(wantsFocus.current));
    if (!link) return;
    wantsFocus.current = null;
    link.focus();
  });

  const current = loaded.runs.findIndex(({ runId }) => runId === currentId);
  function move(by: number): void {
    const first = Math.ceil((viewport.current?.scrollTop ?? 0) / rowHeight);
    const index = current < 0 ? first : Math.max(0, Math.min(current + by, loaded.runs.length - 1));
    const run = loaded.runs[index];
    if (!run) return;
    setCurrent(run.runId);
    wantsFocus.current = run;
    rows.scrollTo(index);
  }

  // The same for as long as the table is there: rows whose properties stay the same are not drawn again.
  const latest = useRef(loaded.runs);
  latest.current = loaded.runs;
  /** Where a range begins that a click with the Shift key ends. */
  const lastChosen = useRef<string | null>(null);
  const choose = useCallback((run: Run, isRange: boolean) => {
    const runs = latest.current;
    const from = isRange ? runs.findIndex(({ runId }) => runId === lastChosen.current) : -1;
    const to = runs.indexOf(run);
    const range = from < 0 ? [run] : runs.slice(Math.min(from, to), Math.max(from, to) + 1);
    lastChosen.current = run.runId;
    const chosen = address.value.runs;
    const runIds = range.map(({ runId }) => runId);
    adjust({ runs: chooseRuns(chosen, runIds, !chosen.includes(run.runId)) });
  }, []);
  const focused = useCallback(({ runId }: Run) => setCurrent(runId), []);
  useRowKeys({ current: loaded.runs[current], move, choose: (run) => choose(run, false) });

  const head = useRef<HTMLTableSectionElement>(null);
  const alignHead = () => {
    if (head.current && viewport.current) head.current.scrollLeft = viewport.current.scrollLeft;
  };
  useLayoutEffect(() => {
    if (!head.current || !viewport.current) return;
    const scrollbar = viewport.current.offsetWidth - viewport.current.clientWidth;
    head.current.style.paddingRight = `${scrollbar}px`;
  }, [rows.height, rows.viewport]);
  const shownHeight = (rows.end - rows.first) * rowHeight;
  const valueColumns = useMemo(() => columns.map((name) => valueColumn(name, loaded.runs)), [columns, loaded.runs]);
  const widths = widthsOf(columns.length);
  const tabStop = inView.some(({ runId }) => runId === currentId) ? currentId : inView[0]?.runId;
  return (
    <table
      class={`runs-table ${isStale ? 'runs-stale' : ''}`}
      aria-label={texts.runs}
      aria-rowcount={loaded.total + 1}
      aria-busy={isStale}
      style={{ '--runs-columns': widths.columns, '--runs-least': widths.least, '--runs-row': `${rowHeight}px` }}
    >
      <TableHead columns={valueColumns} runs={loaded.runs} isStale={isStale} section={head} />
      <tbody ref={viewport} class="runs-rows" onScroll={alignHead}>
        <Gap height={rows.top} />
        {Array.from({ length: rows.end - rows.first }, (_, offset) => {
          const [index, run] = [rows.first + offset, inView[offset]];
          if (!run) return <MissingRow key={index} index={index} />;
          return (
            <RunRow
              key={run.runId}
              run={run}
              index={index}
              slot={slotOf.get(run.runId)}
              isCurrent={run.runId === tabStop}
              isNew={list.added.value.has(run.runId)}
              columns={valueColumns}
              curves={curves}
              choose={choose}
              focused={focused}
            />
          );
        })}
        <Gap height={rows.height - rows.top - shownHeight} />
      </tbody>
    </table>
  );
}

/** In place of rows that are not on the page. @param height in pixels */
function Gap({ height }: { readonly height: number }) {
  return <tr class="runs-gap" style={{ height: `${height}px` }} />;
}
