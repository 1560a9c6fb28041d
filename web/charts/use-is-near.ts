import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** How far out of sight is near, in pixels. */
const NEAR = 300;

const observers = new WeakMap<Element, IntersectionObserver>();
const reports = new WeakMap<Element, (isNear: boolean) => void>();

/** Whether an element is in sight of what it scrolls in, or soon may be. */
export function useIsNear(element: RefObject<HTMLElement | null>): boolean {
  const [isNear, setIsNear] = useState(false);
  useLayoutEffect(() => {
    const watched = element.current;
    const scroller = watched?.closest('.page-view');
    if (!watched || !scroller) return;
    const observer = observers.get(scroller) ?? observe(scroller);
    reports.set(watched, setIsNear);
    observer.observe(watched);
    return () => observer.unobserve(watched);
  }, [element]);
  return isNear;
}

/** One observer for all: hundreds of panels are told together. */
function observe(scroller: Element): IntersectionObserver {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) reports.get(target)?.(isIntersecting);
    },
    { root: scroller, rootMargin: `${NEAR}px 0px` },
  );
  observers.set(scroller, observer);
  return observer;
}
