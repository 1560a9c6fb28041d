import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Run, shiftOf } from './loaded-runs.ts';

/** Where one was when the table was last left, and of which list it was. */
let left: { readonly list: string; readonly top: number } | null = null;

/**
 * Keeps the rows where they are on the screen when others come or go above them, unless the first one is in view: then what
 * is new is seen. Another list is seen from its start; one that was left, from where it was left.
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
  const returnsTo = useRef(left?.list === list ? left.top : 0);
  useLayoutEffect(() => {
    const last = before.current;
    before.current = { runs, list };
    const element = viewport.current;
    if (!element) return;
    if (last.list !== list) element.scrollTop = 0;
    else if (returnsTo.current > 0 && runs.length > 0) element.scrollTop = returnsTo.current;
    else if (element.scrollTop > 0)
      element.scrollTop += rowHeight * shiftOf(last.runs, runs, Math.floor(element.scrollTop / rowHeight));
    if (runs.length > 0 || last.list !== list) returnsTo.current = 0;
  }, [runs, list]);
  useLayoutEffect(() => {
    const element = viewport.current;
    return () => {
      left = element && { list, top: element.scrollTop };
    };
  }, [list]);
}
