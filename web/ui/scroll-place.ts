/**
 * How high the element is at most that stands for all rows. Browsers have a limit: Firefox 17.9 million pixels, Chromium
 * 33.5 million of the screen's own, of which there are up to four in one of these.
 */
const HIGHEST = 8_000_000;
/** So far from both ends a pixel of the element is a pixel of the rows, so that they are reached as in any list. */
const EXACT_ENDS = 1_000_000;
/** In viewports: what moves further in one event is not a wheel, a key or a finger, but the scrollbar. */
const LONGEST_STROKE = 2;

/** Pixels of the element that a scrollbar hardly shows. */
const FAR = 100_000;

/** How much there is to scroll through, in pixels. */
export interface ScrollExtent {
  /** The height of all rows. */
  readonly rows: number;
  /** What of them can be seen at a time. */
  readonly viewport: number;
}

/**
 * Where one is in rows that may be higher than an element can be, or than was thought. The element's scrollTop then stands
 * for about the place. But single strokes move the rows as far as the element, whatever its scale.
 */
export interface ScrollPlace {
  /** Pixels of rows above the viewport. */
  readonly offset: number;
  /** Of the element. */
  readonly scrollTop: number;
}

export const TOP: ScrollPlace = { offset: 0, scrollTop: 0 };

/** How high the element is, in pixels. */
export function elementHeight({ rows }: ScrollExtent): number {
  return Math.min(rows, HIGHEST);
}

/** The place at an offset, or at the end nearest to it, at which the scrollbar shows where that is. */
export function placeAt(offset: number, extent: ScrollExtent): ScrollPlace {
  const { rows, element } = ranges(extent);
  const within = clamp(offset, 0, rows);
  return { offset: within, scrollTop: convert(within, rows, element) };
}

/** The place after the element was scrolled. */
export function scrolled(from: ScrollPlace, scrollTop: number, extent: ScrollExtent): ScrollPlace {
  const { rows, element } = ranges(extent);
  const stroke = scrollTop - from.scrollTop;
  const isStroke = Math.abs(stroke) <= LONGEST_STROKE * extent.viewport;
  const offset = isStroke ? from.offset + stroke : convert(clamp(scrollTop, 0, element), element, rows);
  return { offset: clamp(offset, 0, rows), scrollTop };
}

/**
 * Whether the scrollbar shows quite another place, after many strokes or many more rows, or is about to end where the rows do
 * not. It is put right only then, since that breaks off what a browser does smoothly.
 */
export function isAstray(place: ScrollPlace, extent: ScrollExtent): boolean {
  const { element } = ranges(extent);
  const isNearEnd = place.scrollTop < extent.viewport || place.scrollTop > element - extent.viewport;
  const distance = Math.abs(placeAt(place.offset, extent).scrollTop - place.scrollTop);
  return distance >= 1 && (isNearEnd || distance > FAR);
}

/** How far rows and element can be scrolled. */
function ranges(extent: ScrollExtent): { readonly rows: number; readonly element: number } {
  return {
    rows: Math.max(0, extent.rows - extent.viewport),
    element: Math.max(0, elementHeight(extent) - extent.viewport),
  };
}

/** A place in one range as the place in the other: the same distance to an end that is near, in proportion between. */
function convert(at: number, from: number, to: number): number {
  if (at <= EXACT_ENDS || from === to) return at;
  if (at >= from - EXACT_ENDS) return to - (from - at);
  return EXACT_ENDS + ((at - EXACT_ENDS) * (to - 2 * EXACT_ENDS)) / (from - 2 * EXACT_ENDS);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
