import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { RowHeights } from './row-heights.ts';
import { elementHeight, isAstray, placeAt, type ScrollPlace, scrolled, TOP } from './scroll-place.ts';

/** What of a long list of rows is on the page: of any number of rows, which an element could not hold. */
export interface VirtualRows {
  /** The first row to render, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Pixels from the top of the scrolled content to the first rendered row. */
  readonly top: number;
  /** Pixels that the scrolled content is high: what sticks out of it is to be clipped. */
  readonly height: number;
  /** Pixels that all rows are high, as far as is known. */
  readonly total: number;
  /** Pixels that are seen of the content. */
  readonly viewport: number;
  /** Whether the end of the last row is seen. */
  readonly isAtEnd: boolean;
  /** Scrolls no further than needed to show a row; to the middle, if not told otherwise, where it is not seen. */
  scrollTo(row: number, place?: 'nearest' | 'middle'): void;
  scrollToEnd(): void;
  /** The first and the last row of which all is seen. */
  inView(): { readonly first: number; readonly last: number };
}

/** Rows rendered beyond each edge, so that a quick scroll finds them there. */
const OVERSCAN = 6;
/** Browsers round. */
const TOLERANCE = 2;

interface View {
  readonly place: ScrollPlace;
  /** Pixels that are seen of the rows. */
  readonly viewport: number;
}

/** A row that stays where it is seen when others turn out to be higher than was thought. */
interface Anchor {
  readonly row: number;
  /** Pixels from the top of the viewport to the row's. */
  readonly top: number;
}

/**
 * @param viewport what scrolls
 * @param rowHeight in pixels
 * @param measured what holds the rows, if some may be higher: each is then measured while it is on the page
 */
export function useVirtualRows(
  viewport: RefObject<HTMLElement | null>,
  rowCount: number,
  rowHeight: number,
  measured: RefObject<HTMLElement | null> | null = null,
): VirtualRows {
  const [view, setView] = useState<View>({ place: TOP, viewport: 0 });
  const current = useRef(view);
  const heights = useMemo(() => new RowHeights(rowHeight), [rowHeight]);
  const count = useRef(0);
  count.current = rowCount;
  /** The row that was gone to, until one scrolls. */
  const target = useRef<Anchor | null>(null);

  const extent = () => ({
    rows: heights.offsetOf(count.current),
    viewport: viewport.current?.clientHeight ?? 0,
  });
  const show = (place: ScrollPlace) => {
    const { viewport: height } = extent();
    const { place: known, viewport: knownHeight } = current.current;
    if (place.offset === known.offset && place.scrollTop === known.scrollTop && height === knownHeight) return;
    current.current = { place, viewport: height };
    setView(current.current);
  };
  const moveTo = (offset: number) => {
    const element = viewport.current;
    if (!element) return;
    const place = placeAt(offset, extent());
    element.scrollTop = place.scrollTop;
    // Rounded.
    show({ offset: place.offset, scrollTop: element.scrollTop });
  };
  const look = () => {
    const element = viewport.current;
    if (!element) return;
    if (element.scrollTop !== current.current.place.scrollTop) target.current = null;
    const place = scrolled(current.current.place, element.scrollTop, extent());
    if (isAstray(place, extent())) moveTo(place.offset);
    else show(place);
  };

  /** The target, whole if there is room; else what was seen before others came into view. */
  const anchor = (): Anchor => {
    const { offset } = current.current.place;
    if (target.current) return target.current;
    const [first, end] = [heights.rowAt(offset), heights.rowAt(offset + extent().viewport)];
    let row = first;
    while (row < end && !heights.isMeasured(row)) row++;
    if (!heights.isMeasured(row)) row = first;
    return { row, top: heights.offsetOf(row) - offset };
  };
  /** Only the rows are moved, not the scrollbar, since that would break off what a browser does smoothly. */
  const holdWhile = (change: () => boolean) => {
    const { row, top } = anchor();
    if (!change()) return;
    const { rows, viewport: height } = extent();
    const isTarget = target.current !== null;
    const lowest = Math.max(0, height - heights.heightOf(row));
    const offset = heights.offsetOf(row) - (isTarget ? Math.min(top, lowest) : top);
    const within = Math.max(0, Math.min(offset, rows - height));
    current.current = { ...current.current, place: { ...current.current.place, offset: within } };
    setView(current.current);
  };
  const forget = () =>
    holdWhile(() => {
      heights.forget();
      return true;
    });

  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    let width = element.clientWidth;
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== width) forget();
      width = element.clientWidth;
      look();
    });
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [viewport, heights]);
  useLayoutEffect(forget, [measured, heights]);

  const { place } = view;
  const total = heights.offsetOf(rowCount);
  const bottom = heights.rowAt(place.offset + view.viewport) + 1;
  const first = Math.min(rowCount, Math.max(0, heights.rowAt(place.offset) - OVERSCAN));
  useLayoutEffect(() => {
    const rows = measured?.current?.children;
    if (!rows) return;
    const found = Array.from(rows, (row) => row.getBoundingClientRect().height);
    holdWhile(() => heights.measured(first, found));
  });
  useLayoutEffect(look, [viewport, rowCount, total]);

  return {
    first,
    end: Math.min(rowCount, bottom + OVERSCAN),
    top: Math.round(place.scrollTop + heights.offsetOf(first) - place.offset),
    height: elementHeight({ rows: total, viewport: view.viewport }),
    total,
    viewport: view.viewport,
    isAtEnd: place.offset + view.viewport >= total - TOLERANCE,
    scrollTo(row, where = 'nearest') {
      const { offset } = current.current.place;
      const { viewport: height } = extent();
      const top = heights.offsetOf(row);
      const rowEnd = top + heights.heightOf(row);
      const isSeen = top >= offset && rowEnd <= offset + height;
      if (!isSeen) {
        const least = where === 'middle' ? (top + rowEnd - height) / 2 : rowEnd - height;
        moveTo(Math.min(top, where === 'middle' || top >= offset ? least : top));
      }
      target.current = { row, top: top - current.current.place.offset };
    },
    scrollToEnd() {
      target.current = null;
      moveTo(extent().rows);
    },
    inView() {
      const { offset } = current.current.place;
      const [top, end] = [heights.rowAt(offset), heights.rowAt(offset + extent().viewport)];
      return { first: heights.offsetOf(top) < offset ? top + 1 : top, last: end - 1 };
    },
  };
}
