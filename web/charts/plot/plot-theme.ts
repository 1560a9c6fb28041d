import { COLOURS, colourOf } from '../../ui/run-colours.ts';

/** What a canvas needs of the theme, for it knows no `var()` and no `light-dark()`. */
export interface PlotTheme {
  /** CSS pixels and family. */
  readonly font: string;
  readonly text: string;
  readonly line: string;
  readonly band: string;
  /** By slot, up to COLOURS. */
  readonly runs: readonly string[];
}

/** @param element whose theme it is */
export function readTheme(element: HTMLElement): PlotTheme {
  const probe = element.appendChild(document.createElement('span'));
  const resolve = (colour: string) => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const theme = {
    font: `11px ${getComputedStyle(element).fontFamily}`,
    text: resolve('var(--muted)'),
    line: resolve('var(--line)'),
    band: resolve('var(--hover)'),
    runs: Array.from({ length: COLOURS }, (_, slot) => resolve(colourOf(slot))),
  };
  probe.remove();
  return theme;
}

/** What the colours depend on. */
const QUERIES = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', 'print'];

/** Calls back whenever the theme changes: by the system's setting, and to be printed. @returns what ends it */
export function onThemeChange(changed: () => void): () => void {
  const queries = QUERIES.map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
