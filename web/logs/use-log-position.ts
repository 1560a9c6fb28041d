import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { address, adjust } from '../address/navigation.ts';
import { useVirtualRows, type VirtualRows } from '../ui/virtual-rows.ts';
import type { LogFeed } from './log-feed.ts';

/** In pixels, of a line that is not wrapped; as in logs.css. */
export const ROW_HEIGHT = 20;
/** Browsers round. */
const TOLERANCE = 2;

/** Where in a log one is: at its end, which is followed, or where one has scrolled or gone to. */
export interface LogPosition {
  readonly virtual: VirtualRows;
  readonly isFollowing: boolean;
  /** How many lines have come since its end was let go. */
  readonly newLines: number;
  follow(): void;
  letGo(): void;
  /** Scrolls to a line, or to the last where it is not there yet, if it is not in view. */
  reveal(line: number): void;
  /** Gives the keyboard to the log, which the keys of a browser scroll then. */
  focus(): void;
  /** The lines in view, by their numbers. */
  linesInView(): { readonly first: number; readonly last: number };
}

/** Where the end was let go: the number of lines then; null until they are counted. */
interface LetGo {
  readonly at: number | null;
}

/** @param viewport what scrolls @param content what holds the rows that are on the page */
export function useLogPosition(
  feed: LogFeed,
  viewport: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): LogPosition {
  const { rows } = feed;
  const { rowCount, lineCount } = rows;
  const { line, wrap } = address.value;
  const [letGo, setLetGo] = useState<LetGo | null>(line && { at: null });
  const virtual = useVirtualRows(viewport, rowCount, ROW_HEIGHT, wrap ? content : null);
  const letGoNow = () => setLetGo((already) => already ?? { at: rows.lineCount });
  const isFollowing = letGo === null;
  const reveal = (number: number) => {
    letGoNow();
    virtual.scrollTo(rows.rowOf(Math.min(number, rows.lineCount ?? 0)), 'middle');
    // It is not the user who may have come to the end with that.
    knownTop.current = viewport.current?.scrollTop ?? 0;
  };

  const knownTop = useScrolling(viewport, letGoNow, () => setLetGo(null));

  // What is counted first was there already, and what is fewer than before is another file.
  useEffect(() => {
    if (letGo && lineCount !== null && (letGo.at === null || letGo.at > lineCount)) {
      setLetGo({ at: letGo.at === null ? lineCount : 0 });
    }
  }, [letGo, lineCount]);

  const isCounted = lineCount !== null;
  useLayoutEffect(() => {
    if (!line) setLetGo(null);
    else if (isCounted) reveal(line.first);
  }, [line?.first, isCounted]);

  // Not when scrolled, as one who leaves the end does.
  useLayoutEffect(() => {
    if (!isFollowing) return;
    virtual.scrollToEnd();
    knownTop.current = viewport.current?.scrollTop ?? 0;
  }, [isFollowing, rowCount, virtual.total, virtual.viewport]);
  useLayoutEffect(() => feed.show({ first: rows.lineOf(virtual.first), end: rows.lineOf(virtual.end) }));

  return {
    virtual,
    isFollowing,
    newLines: letGo === null || letGo.at === null || lineCount === null ? 0 : Math.max(0, lineCount - letGo.at),
    follow() {
      adjust({ line: null });
      setLetGo(null);
    },
    letGo: letGoNow,
    reveal,
    focus: () => viewport.current?.focus({ preventScroll: true }),
    linesInView() {
      const { first, last } = virtual.inView();
      return { first: rows.lineOf(first), last: rows.lineOf(last) };
    },
  };
}

/** Tells when the user scrolls up from the end, and down to it. @returns the scrollTop from which the next stroke begins */
function useScrolling(viewport: RefObject<HTMLElement | null>, onUp: () => void, onEnd: () => void): RefObject<number> {
  const known = useRef(0);
  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const scrolled = () => {
      const moved = element.scrollTop - known.current;
      known.current = element.scrollTop;
      const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - TOLERANCE;
      if (moved < 0 && !isAtEnd) onUp();
      if (moved > 0 && isAtEnd) onEnd();
    };
    // Before the first pixel is scrolled: lines that come just then would take one back to the end.
    const turned = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0 && element.scrollTop > 0) onUp();
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('wheel', turned, { passive: true });
    return () => {
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('wheel', turned);
    };
  }, [viewport]);
  return known;
}
