import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const now = signal(Date.now());
let users = 0;
let ticking: ReturnType<typeof setInterval> | undefined;

/** What the clock shows, in milliseconds: the component is drawn again each second. */
export function useNow(): number {
  useEffect(() => {
    users++;
    ticking ??= setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => {
      users--;
      if (users > 0) return;
      clearInterval(ticking);
      ticking = undefined;
    };
  }, []);
  return now.value;
}
