import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Run, shiftOf } from './loaded-runs.ts';

/**
 * Keeps the rows where they are on the screen when others come or go above them, unless the first one is in view: then what
 * is new is seen. Another list is seen from its start.
 *
 * @param viewport what scrolls @param list what tells lists apart
 */
export function useKeepPlace(
  viewport: RefObject<HTMLElement | null>,
  runs: readonly Run[],
  rowHeight: number,
  list: string,
): void {
  const before = useRef({ runs, list });
  useLayoutEffect(() => {
    const last = before.current;
    before.current = { runs, list };
    const element = viewport.current;
    if (!element || element.scrollTop === 0) return;
    if (last.list !== list) element.scrollTop = 0;
    else element.scrollTop += rowHeight * shiftOf(last.runs, runs, Math.floor(element.scrollTop / rowHeight));
  }, [runs, list]);
}
