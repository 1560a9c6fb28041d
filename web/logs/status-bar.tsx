import { address } from '../address/navigation.ts';
import { connection } from '../api/subscription.ts';
import { formatCount } from '../format/numbers.ts';
import { failureText } from '../ui/failure-texts.ts';
import { inLanguage } from '../ui/language.ts';
import { Status } from '../ui/status.tsx';
import type { LogFeed } from './log-feed.ts';
import type { SearchState } from './use-line-search.ts';

const texts = inLanguage(
  {
    lost: 'Reconnecting… What comes meanwhile will not be missed.',
    live: 'Live',
    complete: 'End of log',
    lines: (count: number) => `${formatCount(count)} ${count === 1 ? 'line' : 'lines'}`,
    searching: 'Searching…',
    searchingAt: (line: string) => `Searching… line ${line}`,
    found: (line: string) => `Found in line ${line}`,
    wrapped: (line: string) => `Found in line ${line}, from the other end`,
    missing: (text: string) => `No line has “${text}”`,
    failed: (message: string) => `The search failed: ${message}`,
    noLine: (line: string) => `There is no line ${line} yet`,
  },
  {
    lost: '正在重新连接… 期间的内容不会丢失。',
    live: '实时',
    complete: '日志已全部显示。',
    lines: (count: number) => `共 ${formatCount(count)} 行`,
    searching: '正在搜索…',
    searchingAt: (line: string) => `正在搜索… 第 ${line} 行`,
    found: (line: string) => `在第 ${line} 行找到`,
    wrapped: (line: string) => `从另一端继续，在第 ${line} 行找到`,
    missing: (text: string) => `没有包含“${text}”的行`,
    failed: (message: string) => `搜索失败：${message}`,
    noLine: (line: string) => `还没有第 ${line} 行`,
  },
);

/** Whether the log is live, how long it is, and how a search is doing. */
export function StatusBar({ feed, search }: { readonly feed: LogFeed; readonly search: SearchState }) {
  const { lineCount } = feed.rows;
  const { line } = address.value;
  const isBeyond = line !== null && lineCount !== null && line.first > lineCount;
  return (
    <footer class="log-status">
      <StreamState feed={feed} />
      {lineCount !== null && <span class="log-count">{texts.lines(lineCount)}</span>}
      <span class="log-message" role="status">
        {search.is === 'idle' && isBeyond ? texts.noLine(formatCount(line.first)) : searchText(search)}
      </span>
    </footer>
  );
}

function StreamState({ feed }: { readonly feed: LogFeed }) {
  const endedAs = feed.endedAs.value;
  if (endedAs !== null) {
    return (
      <span>
        <Status status={endedAs} />
        <span class="log-complete log-wide">{texts.complete}</span>
      </span>
    );
  }
  // Said in place of the lines.
  if (feed.failure.value !== null) return null;
  if (connection.value === 'lost') return <span class="log-lost">{texts.lost}</span>;
  return <span class="log-live">{texts.live}</span>;
}

function searchText(search: SearchState): string {
  switch (search.is) {
    case 'idle':
      return '';
    case 'searching':
      return search.line === null ? texts.searching : texts.searchingAt(formatCount(search.line));
    case 'found':
      return (search.isWrapped ? texts.wrapped : texts.found)(formatCount(search.line));
    case 'missing':
      return texts.missing(address.value.find);
    case 'failed':
      return texts.failed(failureText(search.error));
  }
}
