import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** What of a long list of rows of one height is on the page. */
export interface VirtualRows {
  /** The first row to render, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Pixels from the top of the scrolled content to the first rendered row. */
  readonly top: number;
  /** Pixels that the scrolled content is high. */
  readonly height: number;
  /** Scrolls no further than needed to show a row. */
  scrollTo(row: number): void;
}

/** Rows rendered beyond each edge, so that a quick scroll finds them there. */
const OVERSCAN = 6;

/** @param viewport what scrolls @param rowHeight in pixels */
export function useVirtualRows(viewport: RefObject<HTMLElement>, rowCount: number, rowHeight: number): VirtualRows {
  const [{ scrollTop, clientHeight }, setPlace] = useState({ scrollTop: 0, clientHeight: 0 });
  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const look = () => setPlace({ scrollTop: element.scrollTop, clientHeight: element.clientHeight });
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [viewport]);

  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(rowCount, Math.ceil((scrollTop + clientHeight) / rowHeight) + OVERSCAN);
  return {
    first: Math.min(first, rowCount),
    end,
    top: Math.min(first, rowCount) * rowHeight,
    height: rowCount * rowHeight,
    scrollTo(row) {
      const element = viewport.current;
      if (!element) return;
      const top = row * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeight - element.clientHeight;
    },
  };
}
