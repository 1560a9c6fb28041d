import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elementHeight,
  isAstray,
  placeAt,
  type ScrollExtent,
  type ScrollPlace,
  scrolled,
  TOP,
} from '../../../web/ui/scroll-place.ts';

const extents = fc.record({
  rows: fc.integer({ min: 0, max: 400_000_000 }),
  viewport: fc.integer({ min: 1, max: 3000 }),
});
/** Of so many rows that no element holds them. */
const highExtents = extents.map(({ rows, viewport }) => ({ rows: 8_000_001 + rows, viewport }));
/** From 0 to 1; as doubles, most would be next to 0. */
const parts = fc.integer({ min: 0, max: 1_000_000 }).map((millionths) => millionths / 1_000_000);
/** What a wheel, a key or a finger does in an event, in viewports. */
const strokes = fc.array(
  parts.map((part) => 4 * part - 2),
  { maxLength: 50 },
);

const end = ({ rows, viewport }: ScrollExtent) => Math.max(0, rows - viewport);
const elementEnd = (extent: ScrollExtent) => Math.max(0, elementHeight(extent) - extent.viewport);

describe('rows that an element can hold', () => {
  it('are where the element is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8_000_000 }), parts, (rows, part) => {
        const extent = { rows, viewport: 700 };
        const scrollTop = part * end(extent);
        expect(elementHeight(extent)).toBe(rows);
        expect(scrolled(TOP, scrollTop, extent)).toEqual({ offset: scrollTop, scrollTop });
        expect(placeAt(scrollTop, extent)).toEqual({ offset: scrollTop, scrollTop });
      }),
    );
  });
});

describe('rows that are higher than an element can be', () => {
  it('are all reached with the scrollbar, in their order, and their ends at its ends', () => {
    fc.assert(
      fc.property(highExtents, fc.array(parts), (extent, some) => {
        expect(placeAt(0, extent)).toEqual(TOP);
        expect(placeAt(end(extent), extent)).toEqual({ offset: end(extent), scrollTop: elementEnd(extent) });
        const places = some.toSorted((a, b) => a - b).map((part) => placeAt(part * end(extent), extent));
        for (const [i, place] of places.entries()) {
          expect(place.scrollTop).toBeGreaterThanOrEqual(places[i - 1]?.scrollTop ?? 0);
          const farAway = { offset: 0, scrollTop: place.scrollTop + 3 * extent.viewport };
          expect(scrolled(farAway, place.scrollTop, extent).offset).toBeCloseTo(place.offset, 3);
        }
      }),
    );
  });

  it('move as far as a wheel does, whatever is put right in between', () => {
    fc.assert(
      fc.property(highExtents, parts, strokes, (extent, part, moves) => {
        let place: ScrollPlace = placeAt(part * end(extent), extent);
        for (const move of moves) {
          const pixels = move * extent.viewport;
          // As a browser does it.
          const scrollTop = Math.min(Math.max(place.scrollTop + pixels, 0), elementEnd(extent));
          const next = scrolled(place, scrollTop, extent);
          const wanted = Math.min(Math.max(place.offset + pixels, 0), end(extent));
          // The element may end up to a stroke before its rows, and is put right then.
          const cut = Math.abs(scrollTop - (place.scrollTop + pixels));
          expect(Math.abs(next.offset - wanted)).toBeLessThanOrEqual(cut + 0.001);
          place = isAstray(next, extent) ? placeAt(next.offset, extent) : next;
          expect(isAstray(place, extent)).toBe(false);
        }
      }),
    );
  });

  it('never end before the element, or behind it, however far strokes have led astray', () => {
    const nearEnds = fc.integer({ min: 0, max: 6000 });
    fc.assert(
      fc.property(highExtents, parts, nearEnds, fc.boolean(), strokes, (extent, part, distance, isAtTop, moves) => {
        const start = isAtTop ? distance : elementEnd(extent) - distance;
        let place: ScrollPlace = { offset: part * end(extent), scrollTop: start };
        for (const move of moves) {
          const scrollTop = Math.min(Math.max(place.scrollTop + move * extent.viewport, 0), elementEnd(extent));
          place = scrolled(place, scrollTop, extent);
          if (isAstray(place, extent)) place = placeAt(place.offset, extent);
          const { offset, scrollTop: at } = place;
          const isStuck = (at === 0 && offset >= 1) || (at === elementEnd(extent) && offset <= end(extent) - 1);
          expect(isStuck).toBe(false);
        }
      }),
    );
  });
});

it('puts a scrollbar right that shows quite another place, and leaves alone one that hardly does', () => {
  const extent = { rows: 100_000_000, viewport: 700 };
  const { offset, scrollTop } = placeAt(50_000_000, extent);
  for (const distance of [-200_000, 200_000]) {
    expect(isAstray({ offset, scrollTop: scrollTop + distance }, extent)).toBe(true);
    expect(isAstray({ offset, scrollTop: scrollTop + distance / 4 }, extent)).toBe(false);
  }
});

it('keeps the place within the rows when they become fewer', () => {
  fc.assert(
    fc.property(extents, extents, parts, (before, after, part) => {
      const place = placeAt(part * end(before), before);
      const clamped = Math.min(place.scrollTop, elementEnd(after));
      const { offset } = scrolled(place, clamped, after);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(end(after));
    }),
  );
});
