import { useRef } from 'preact/hooks';
import { address, adjust } from '../address/navigation.ts';
import { useKeys } from '../ui/keys.ts';
import { inLanguage } from '../ui/language.ts';
import type { LineSearcher } from './use-line-search.ts';

const texts = inLanguage(
  {
    search: 'Search the log',
    matchCase: 'Match case',
    next: 'Next match',
    previous: 'Previous match',
    searchKey: 'search',
    nextKey: 'next match',
    previousKey: 'previous match',
  },
  {
    search: '搜索日志',
    matchCase: '区分大小写',
    next: '下一个匹配',
    previous: '上一个匹配',
    searchKey: '搜索',
    nextKey: '下一个匹配',
    previousKey: '上一个匹配',
  },
);

/** What is searched for in the log, and the ways to its next place. */
export function SearchBox({ searcher }: { readonly searcher: LineSearcher }) {
  const { find: text, findCase } = address.value;
  const input = useRef<HTMLInputElement>(null);
  useKeys([
    { keys: ['/'], does: texts.searchKey, run: () => input.current?.select() },
    { keys: ['n'], does: texts.nextKey, run: () => searcher.find('next') },
    { keys: ['N'], does: texts.previousKey, run: () => searcher.find('previous') },
  ]);

  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      searcher.find(event.shiftKey ? 'previous' : 'next');
    } else if (event.key === 'Escape') {
      event.preventDefault();
      searcher.stop();
      input.current?.blur();
    }
  };
  return (
    <search class="log-search">
      <input
        ref={input}
        type="search"
        aria-label={texts.search}
        placeholder={texts.search}
        value={text}
        onInput={(event) => adjust({ find: event.currentTarget.value })}
        onKeyDown={pressed}
      />
      <button
        type="button"
        aria-label={texts.matchCase}
        title={texts.matchCase}
        aria-pressed={findCase}
        onClick={() => adjust({ findCase: !findCase })}
      >
        Aa
      </button>
      <button
        type="button"
        aria-label={texts.previous}
        title={texts.previous}
        disabled={text === ''}
        onClick={() => searcher.find('previous')}
      >
        ↑
      </button>
      <button
        type="button"
        aria-label={texts.next}
        title={texts.next}
        disabled={text === ''}
        onClick={() => searcher.find('next')}
      >
        ↓
      </button>
    </search>
  );
}
