import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** What a key does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has it: `j`, `/`, `Escape`, `ArrowDown`. Several do the same. */
  readonly keys: readonly string[];
  /** For the help, in the user's language. */
  readonly does: string;
  run(event: KeyboardEvent): void;
}

/** All bindings in force, those of the innermost part of the page last. */
export const bindings = signal<readonly (readonly KeyBinding[])[]>([]);

/** Puts bindings in force while the component is on the page. Those added later go before those that were there. */
export function useKeys(group: readonly KeyBinding[]): void {
  const latest = useRef(group);
  latest.current = group;
  const names = group.map(({ keys, does }) => `${keys.join(' ')} ${does}`).join('\n');
  // The same keys stay in force, whatever closures they run.
  useEffect(() => {
    const held = group.map(({ keys, does }, index) => ({
      keys,
      does,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    bindings.value = [...bindings.peek(), held];
    return () => {
      bindings.value = bindings.peek().filter((other) => other !== held);
    };
  }, [names]);
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (event.key !== 'Escape' && isTyping(event.target)) return;
  const found = bindings.value
    .toReversed()
    .flat()
    .find(({ keys }) => keys.includes(event.key));
  if (!found) return;
  event.preventDefault();
  found.run(event);
});

/** Whether keys are text there, or choose among options. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isTextless = target instanceof HTMLInputElement && ['checkbox', 'radio', 'button'].includes(target.type);
  return target.matches('input, textarea, select, [contenteditable]') && !isTextless;
}
