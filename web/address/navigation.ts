import { type ReadonlySignal, signal } from '@preact/signals';
import { type Address, readAddress, writeAddress } from './address.ts';

const current = signal(readAddress(location.search));

/** Where the page is: the only state that outlives a reload. */
export const address: ReadonlySignal<Address> = current;

addEventListener('popstate', () => {
  current.value = readAddress(location.search);
});

// Links within the page are plain `<a href="?…">`: followed without loading it anew, unless in another tab or window.
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="?"]') : null;
  const wantsAnother = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
  if (!link || wantsAnother || event.defaultPrevented) return;
  event.preventDefault();
  go(readAddress(link.search));
});

/** Goes to another place, to which the browser's Back button leads away from again. */
export function go(change: Partial<Address>): void {
  move(change, 'pushState');
}

/** The same place, seen differently: Back leads to where one was before it. */
export function adjust(change: Partial<Address>): void {
  move(change, 'replaceState');
}

function move(change: Partial<Address>, how: 'pushState' | 'replaceState'): void {
  const next = { ...current.value, ...change };
  const search = writeAddress(next);
  if (search === writeAddress(current.value)) return;
  history[how](null, '', search);
  current.value = next;
}

/** The address of a link, relative to the page. */
export function hrefTo(change: Partial<Address>): string {
  return writeAddress({ ...current.value, ...change });
}
