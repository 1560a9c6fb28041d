import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { address, adjust } from '../address/navigation.ts';
import { formatCount } from '../format/numbers.ts';
import { Failure } from '../ui/failure.tsx';
import { useKeys } from '../ui/keys.ts';
import { inLanguage } from '../ui/language.ts';
import { Announcer } from './announcer.tsx';
import { LineTools } from './line-tools.tsx';
import { LogFeed } from './log-feed.ts';
import { Row } from './row.tsx';
import { SearchBox } from './search-box.tsx';
import { StatusBar } from './status-bar.tsx';
import { useLineSearch } from './use-line-search.ts';
import { type LogPosition, ROW_HEIGHT, useLogPosition } from './use-log-position.ts';

const texts = inLanguage(
  {
    log: 'Log',
    waiting: 'No log yet',
    waitingHelp: 'It appears here as soon as the run writes its first line.',
    none: 'This run wrote no log',
    noneHelp: 'A log is the file logs.txt in the directory of the run.',
    follow: 'Follow',
    followTitle: 'Stay at the end while lines come',
    wrap: 'Wrap lines',
    start: 'Start',
    toEnd: 'To the end',
    newLines: (count: number) => `${formatCount(count)} new ${count === 1 ? 'line' : 'lines'}`,
    downKey: 'scroll down',
    upKey: 'scroll up',
    startKey: 'to the start',
    endKey: 'to the end',
    followKey: 'follow the end, or let it go',
    wrapKey: 'wrap long lines, or not',
  },
  {
    log: '日志',
    waiting: '还没有日志',
    waitingHelp: '运行写入第一行后会立即显示在这里。',
    none: '该运行没有日志',
    noneHelp: '日志是运行目录中的 logs.txt 文件。',
    follow: '跟随',
    followTitle: '有新行时保持在末尾',
    wrap: '自动换行',
    start: '开头',
    toEnd: '回到末尾',
    newLines: (count: number) => `${formatCount(count)} 行新日志`,
    downKey: '向下滚动',
    upKey: '向上滚动',
    startKey: '跳到开头',
    endKey: '跳到末尾',
    followKey: '跟随末尾，或停止跟随',
    wrapKey: '自动换行，或取消换行',
  },
);

/** Rows that a key scrolls by. */
const STROKE = 3;

/** The log of a run: its lines, and all that can be done with them. */
export function Log({ runId, isRunning }: { readonly runId: string; readonly isRunning: boolean }) {
  const feed = useFeed(runId, isRunning);
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const position = useLogPosition(feed, viewport, content);
  const searcher = useLineSearch(runId, position);
  useScrollKeys(viewport.current, position);
  return (
    <>
      <div class="log-bar">
        <SearchBox searcher={searcher} />
        <LineTools runId={runId} position={position} />
        <PlaceTools position={position} />
      </div>
      <div class="log-place">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled with the keyboard */}
        <div ref={viewport} class="log-viewport" role="log" aria-label={texts.log} aria-live="off" tabIndex={0}>
          <Rows feed={feed} position={position} content={content} />
        </div>
        <Absence feed={feed} />
        <EndButton position={position} />
      </div>
      <StatusBar feed={feed} search={searcher.state} />
      <Announcer feed={feed} isFollowing={position.isFollowing} />
    </>
  );
}

function useFeed(runId: string, isRunning: boolean): LogFeed {
  const feed = useMemo(() => new LogFeed(runId), [runId]);
  useEffect(() => {
    feed.start();
    return () => feed.close();
  }, [feed]);
  // A run that had ended, and was resumed, goes on with its log.
  useEffect(() => {
    if (isRunning && feed.endedAs.value !== null) feed.start();
  }, [feed, isRunning]);
  return feed;
}

function useScrollKeys(viewport: HTMLElement | null, position: LogPosition): void {
  const scroll = (rows: number) => viewport?.scrollBy({ top: rows * ROW_HEIGHT });
  useKeys([
    { keys: ['j'], does: texts.downKey, run: () => scroll(STROKE) },
    { keys: ['k'], does: texts.upKey, run: () => scroll(-STROKE) },
    { keys: ['g'], does: texts.startKey, run: () => position.virtual.scrollTo(0) },
    { keys: ['G'], does: texts.endKey, run: () => position.follow() },
    {
      keys: ['f'],
      does: texts.followKey,
      run: () => (position.isFollowing ? position.letGo() : position.follow()),
    },
    { keys: ['w'], does: texts.wrapKey, run: toggleWrap },
  ]);
}

function toggleWrap(): void {
  adjust({ wrap: !address.value.wrap });
}

interface RowsProps {
  readonly feed: LogFeed;
  readonly position: LogPosition;
  readonly content: RefObject<HTMLDivElement | null>;
}

function Rows({ feed: { rows }, position, content }: RowsProps) {
  const { first, end, top, height } = position.virtual;
  const { line, find, findCase, wrap } = address.value;
  const digits = String(rows.lineCount ?? 0).length;
  const shown = Array.from({ length: Math.max(0, end - first) }, (_, i) => rows.rowAt(first + i));
  return (
    <div
      class={wrap ? 'log-rows log-wrapped' : 'log-rows'}
      style={{ height: `${height}px`, '--digits': String(digits) }}
    >
      <div ref={content} class="log-window" style={{ transform: `translateY(${top}px)` }}>
        {shown.map((row, i) => (
          <Row
            key={row.kind === 'line' ? row.number : `${row.kind} ${first + i}`}
            row={row}
            isMarked={row.kind === 'line' && line !== null && line.first <= row.number && row.number <= line.last}
            find={{ text: find, matchCase: findCase }}
          />
        ))}
      </div>
    </div>
  );
}

/** Why there is nothing to see, or not all. */
function Absence({ feed }: { readonly feed: LogFeed }) {
  const failure = feed.failure.value;
  if (failure !== null) {
    return (
      <div class={feed.rows.rowCount > 0 ? 'log-failure' : 'log-absence'}>
        <Failure error={failure} retry={() => feed.start()} />
      </div>
    );
  }
  if (feed.rows.lineCount !== 0 || feed.rows.rowCount > 0) return null;
  const hasEnded = feed.endedAs.value !== null;
  return (
    <div class="log-absence notice">
      <strong>{hasEnded ? texts.none : texts.waiting}</strong>
      <p>{hasEnded ? texts.noneHelp : texts.waitingHelp}</p>
    </div>
  );
}

function PlaceTools({ position }: { readonly position: LogPosition }) {
  return (
    <div class="log-tools">
      <button type="button" aria-pressed={address.value.wrap} onClick={toggleWrap}>
        {texts.wrap}
      </button>
      <button type="button" onClick={() => position.virtual.scrollTo(0)}>
        {texts.start}
      </button>
      <button
        type="button"
        aria-pressed={position.isFollowing}
        title={texts.followTitle}
        onClick={() => (position.isFollowing ? position.letGo() : position.follow())}
      >
        {texts.follow}
      </button>
    </div>
  );
}

function EndButton({ position }: { readonly position: LogPosition }) {
  if (position.isFollowing || (position.virtual.isAtEnd && position.newLines === 0)) return null;
  return (
    <button type="button" class="log-end" onClick={() => position.follow()}>
      ↓ {position.newLines > 0 ? texts.newLines(position.newLines) : texts.toEnd}
    </button>
  );
}
