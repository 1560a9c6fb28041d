import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { elementHeight, isAstray, placeAt, type ScrollPlace, scrolled, TOP } from './scroll-place.ts';

/** What of a long list of rows of one height is on the page: of any number of rows, which an element could not hold. */
export interface VirtualRows {
  /** The first row to render, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Pixels from the top of the scrolled content to the first rendered row. */
  readonly top: number;
  /** Pixels that the scrolled content is high: what sticks out of it is to be clipped. */
  readonly height: number;
  /** Pixels that are seen of the content. */
  readonly viewport: number;
  /** Whether the end of the last row is seen. */
  readonly isAtEnd: boolean;
  /** Scrolls no further than needed to show a row; to the middle, if not told otherwise, where it is not seen. */
  scrollTo(row: number, place?: 'nearest' | 'middle'): void;
  scrollToEnd(): void;
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

/** @param viewport what scrolls @param rowHeight in pixels */
export function useVirtualRows(
  viewport: RefObject<HTMLElement | null>,
  rowCount: number,
  rowHeight: number,
): VirtualRows {
  const [view, setView] = useState<View>({ place: TOP, viewport: 0 });
  const current = useRef(view);
  const rows = useRef(0);
  rows.current = rowCount * rowHeight;

  const extent = () => ({ rows: rows.current, viewport: viewport.current?.clientHeight ?? 0 });
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
    const place = scrolled(current.current.place, element.scrollTop, extent());
    if (isAstray(place, extent())) moveTo(place.offset);
    else show(place);
  };

  useLayoutEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [viewport]);
  useLayoutEffect(look, [viewport, rowCount, rowHeight]);

  const { place } = view;
  const first = Math.min(rowCount, Math.max(0, Math.floor(place.offset / rowHeight) - OVERSCAN));
  return {
    first,
    end: Math.min(rowCount, Math.ceil((place.offset + view.viewport) / rowHeight) + OVERSCAN),
    top: Math.round(place.scrollTop + first * rowHeight - place.offset),
    height: elementHeight({ rows: rowCount * rowHeight, viewport: view.viewport }),
    viewport: view.viewport,
    isAtEnd: place.offset + view.viewport >= rowCount * rowHeight - TOLERANCE,
    scrollTo(row, where = 'nearest') {
      const { offset } = current.current.place;
      const { viewport: height } = extent();
      const top = row * rowHeight;
      const isSeen = top >= offset && top + rowHeight <= offset + height;
      if (isSeen) return;
      if (where === 'middle') moveTo(top - (height - rowHeight) / 2);
      else moveTo(top < offset ? top : top + rowHeight - height);
    },
    scrollToEnd: () => moveTo(rows.current),
  };
}
