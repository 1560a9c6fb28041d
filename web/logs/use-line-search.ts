import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { address, adjust } from '../address/navigation.ts';
import { findLine, type LineSearch } from './find-line.ts';
import type { LogPosition } from './use-log-position.ts';

/** How a search for a text is doing. */
export type SearchState =
  | { readonly is: 'idle' }
  /** `line`: to which it has come. */
  | { readonly is: 'searching'; readonly line: number | null }
  | { readonly is: 'found'; readonly line: number; readonly isWrapped: boolean }
  | { readonly is: 'missing' }
  | { readonly is: 'failed'; readonly error: unknown };

export interface LineSearcher {
  readonly state: SearchState;
  /** Marks the next line with the text of the address, beginning at the marked line or at those in view. */
  find(direction: LineSearch['direction']): void;
  stop(): void;
}

export function useLineSearch(runId: string, position: LogPosition): LineSearcher {
  const { find: text, findCase: matchCase } = address.value;
  const [state, setState] = useState<SearchState>({ is: 'idle' });
  const running = useRef<AbortController | null>(null);

  const stop = () => {
    running.current?.abort();
    running.current = null;
    setState({ is: 'idle' });
  };
  // At once: the next key may be the one that begins another search.
  useLayoutEffect(() => stop, [text, matchCase]);

  const find = async (direction: LineSearch['direction']) => {
    stop();
    if (text === '') return;
    const stopper = new AbortController();
    running.current = stopper;
    const { signal } = stopper;
    setState({ is: 'searching', line: null });
    const onReach = (line: number) => setState({ is: 'searching', line });
    const from = startOf(direction, position);
    try {
      const found = await findLine({ runId, text, matchCase, direction, from, onReach }, signal);
      if (signal.aborted) return;
      if (found) {
        adjust({ line: { first: found.number, last: found.number } });
        // It may be the one that was marked, and scrolled away from.
        position.reveal(found.number);
      }
      setState(found ? { is: 'found', line: found.number, isWrapped: found.isWrapped } : { is: 'missing' });
    } catch (error) {
      if (!signal.aborted) setState({ is: 'failed', error });
    }
  };

  return { state, find: (direction) => void find(direction), stop };
}

/** The line beside which a search begins. */
function startOf(direction: LineSearch['direction'], position: LogPosition): number {
  const { line } = address.value;
  const isNext = direction === 'next';
  if (line) return isNext ? line.last : line.first;
  const { first, last } = position.linesInView();
  return Math.max(0, isNext ? first - 1 : last + 1);
}
