import { type ReadonlySignal, signal } from '@preact/signals';

/** As the style sheets have it for phones. */
const query = matchMedia('(max-width: 700px)');
const matches = signal(query.matches);
query.addEventListener('change', () => {
  matches.value = query.matches;
});

/** Whether the page is as narrow as on a phone. */
export const isNarrow: ReadonlySignal<boolean> = matches;
