import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** What a key does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has it: `j`, `/`, `Escape`, `ArrowDown`. Several do the same. */
  readonly keys: readonly string[];
  /** For the help, in the user's language. */
  readonly does: string;
  run(event: KeyboardEvent): void;
}

/**
 * Where bindings are in force: everywhere, in one view, or in a dialog, while which is open no others are, even if it has
 * none.
 */
type Reach = 'page' | 'view' | 'dialog';

interface BindingGroup {
  readonly reach: Reach;
  readonly bindings: readonly KeyBinding[];
}

const groups = signal<readonly BindingGroup[]>([]);

/** The bindings of a reach that are in force while no dialog is open. */
export function bindingsOf(reach: Reach): readonly KeyBinding[] {
  return groups.value.filter((group) => group.reach === reach).flatMap(({ bindings }) => bindings);
}

/** Puts bindings in force while the component is on the page. */
export function useKeys(bindings: readonly KeyBinding[], reach: Reach = 'view'): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = bindings.map(({ keys, does }) => `${keys.join(' ')} ${does}`).join('\n');
  // The same keys stay in force, whatever closures they run.
  useLayoutEffect(() => {
    const held = bindings.map(({ keys, does }, index) => ({
      keys,
      does,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    const group = { reach, bindings: held };
    groups.value = [...groups.peek(), group];
    return () => {
      groups.value = groups.peek().filter((other) => other !== group);
    };
  }, [names, reach]);
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (isForTarget(event)) return leaveIfEmpty(event);
  const isDialogOpen = groups.value.some(({ reach }) => reach === 'dialog');
  const inForce = isDialogOpen ? bindingsOf('dialog') : [...bindingsOf('view'), ...bindingsOf('page')];
  const found = inForce.find(({ keys }) => keys.includes(event.key));
  if (!found) return;
  event.preventDefault();
  found.run(event);
});

/** Whether the key is for what has the focus: as text, or to choose a value. */
function isForTarget({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const type = target instanceof HTMLInputElement ? target.type : '';
  if (type === 'radio' || type === 'range') return key.startsWith('Arrow');
  if (type === 'checkbox' || type === 'button') return false;
  return target.matches('input, textarea, select, [contenteditable]');
}

/** Escape empties a search, as browsers have it, and leaves an empty one: other keys are the page's again. */
function leaveIfEmpty({ key, target }: KeyboardEvent): void {
  if (key === 'Escape' && target instanceof HTMLInputElement && target.value === '') target.blur();
}
