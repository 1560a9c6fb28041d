/** How many colours there are, in ui/theme.css; beyond them they come again, dashed. */
export const COLOURS = 10;

/** The colour of a compared run, as CSS takes it. */
export function colourOf(slot: number): string {
  return `var(--run-${slot % COLOURS})`;
}

/** The dashes that tell runs of one colour apart, in pixels; none for the first ten. */
export function dashesOf(slot: number): readonly number[] {
  return [[], [6, 3], [2, 2]][Math.floor(slot / COLOURS) % 3] ?? [];
}
