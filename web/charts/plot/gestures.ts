/** Two places in a plot, in CSS pixels from its left end. */
export type Span = readonly [number, number];

/** What gestures ask for. */
export interface GestureActions {
  /** Shows the values at a place, in CSS pixels from the upper left corner. */
  point(left: number, top: number): void;
  leave(): void;
  /** Marks what a drag selects; null: nothing any more. */
  select(span: Span | null): void;
  zoom(span: Span): void;
  /** The plot is about to be moved or drawn out. */
  grab(): void;
  /** What was at `from` when it was grabbed is to be at `to`. */
  drag(from: Span, to: Span): void;
  release(): void;
  reset(): void;
}

/** A shorter drag is a click. */
const LEAST_DRAG = 6;
/** How long a wheel rests until its gesture is over. */
const WHEEL_REST_MS = 200;
const WHEEL_ZOOM = 0.01;

interface Finger {
  readonly start: { readonly left: number; readonly top: number };
  readonly left: number;
}

type Gesture =
  | { readonly kind: 'none' }
  | { readonly kind: 'select'; readonly start: number }
  | { readonly kind: 'pan'; readonly start: number }
  | { readonly kind: 'pinch'; readonly start: Span };

/**
 * Mouse and pen: a drag selects, with Shift or the middle button it moves. Fingers: one points, two move and draw out;
 * scrolling up and down stays the browser's (`touch-action: pan-y`). Trackpads: sideways moves, pinching draws out. A double click resets.
 *
 * @param ended takes the listeners away
 */
export function listenForGestures(element: HTMLElement, actions: GestureActions, ended: AbortSignal): void {
  const fingers = new Map<number, Finger>();
  let gesture: Gesture = { kind: 'none' };
  let resting: ReturnType<typeof setTimeout> | null = null;

  const on = <Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: (event: HTMLElementEventMap[Type]) => void,
    passive = true,
  ) => element.addEventListener(type, listener, { signal: ended, passive });
  const leftOf = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const topOf = (event: MouseEvent) => event.clientY - element.getBoundingClientRect().top;

  on('pointerdown', (event) => {
    const left = leftOf(event);
    if (event.pointerType === 'touch') fingers.set(event.pointerId, { start: { left, top: topOf(event) }, left });
    const [first, second] = fingers.values();
    if (first && second) begin({ kind: 'pinch', start: [first.left, second.left] });
    else if (event.button === 1 || (event.button === 0 && event.shiftKey)) begin({ kind: 'pan', start: left });
    else if (event.button === 0 && event.pointerType !== 'touch') begin({ kind: 'select', start: left });
    if (gesture.kind !== 'none') element.setPointerCapture(event.pointerId);
  });

  on('pointermove', (event) => {
    const left = leftOf(event);
    const finger = fingers.get(event.pointerId);
    if (finger) fingers.set(event.pointerId, { ...finger, left });
    const points = gesture.kind === 'select' || (gesture.kind === 'none' && !(finger && scrolls(finger, event)));
    if (points) actions.point(left, topOf(event));
    if (gesture.kind === 'select') actions.select(selected(gesture.start, left));
    if (gesture.kind === 'pan') actions.drag([gesture.start, gesture.start + 1], [left, left + 1]);
    const [first, second] = fingers.values();
    if (gesture.kind === 'pinch' && first && second && Math.abs(first.left - second.left) > 1)
      actions.drag(gesture.start, [first.left, second.left]);
  });

  on('pointerup', (event) => {
    const span = gesture.kind === 'select' ? selected(gesture.start, leftOf(event)) : null;
    if (gesture.kind === 'none') actions.point(leftOf(event), topOf(event));
    end(event);
    if (span) {
      // What was pointed at is elsewhere then, until the pointer moves.
      actions.leave();
      actions.zoom(span);
    }
  });
  on('pointercancel', end);
  on('pointerleave', (event) => {
    if (gesture.kind === 'none' && event.pointerType !== 'touch') actions.leave();
  });
  on('dblclick', () => actions.reset());

  on(
    'wheel',
    (event) => {
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !isSideways) return;
      event.preventDefault();
      if (resting) clearTimeout(resting);
      const left = leftOf(event);
      const factor = event.ctrlKey ? Math.exp(-event.deltaY * WHEEL_ZOOM) : 1;
      const shift = event.ctrlKey ? 0 : -event.deltaX;
      actions.grab();
      actions.drag([left - 1, left + 1], [left - factor + shift, left + factor + shift]);
      resting = setTimeout(() => actions.release(), WHEEL_REST_MS);
    },
    false,
  );

  function begin(next: Gesture): void {
    gesture = next;
    if (next.kind !== 'select') actions.grab();
  }

  function end(event: PointerEvent): void {
    fingers.delete(event.pointerId);
    if (gesture.kind === 'select') actions.select(null);
    if (gesture.kind === 'pan' || gesture.kind === 'pinch') actions.release();
    // Until both fingers are up, the other one points at nothing.
    if (fingers.size === 0) gesture = { kind: 'none' };
  }

  /** Whether the finger goes up or down, of which the browser will soon take possession. */
  function scrolls({ start }: Finger, event: PointerEvent): boolean {
    return Math.abs(topOf(event) - start.top) >= Math.abs(leftOf(event) - start.left);
  }

  function selected(start: number, left: number): Span | null {
    const inside = (place: number) => Math.min(Math.max(place, 0), element.clientWidth);
    const span = [inside(Math.min(start, left)), inside(Math.max(start, left))] as const;
    return span[1] - span[0] < LEAST_DRAG ? null : span;
  }
}
