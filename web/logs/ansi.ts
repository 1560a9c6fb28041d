import Anser from 'anser';
import type { CSSProperties } from 'preact';

/** A piece of a line that looks the same throughout. */
export interface Span {
  readonly text: string;
  readonly classes: readonly string[];
  readonly style: CSSProperties;
}

/** A colour of the sixteen, which the page's theme has its own of, by anser's name; or any other, as CSS takes it. */
type Colour =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'rgb'; readonly rgb: readonly [number, number, number] };

const ESC = '\u001b';
const STYLES = new RegExp(`${ESC}\\[([\\d;:]*)m`, 'g');
/** A parameter of a style; with those behind it, where it is a colour. */
const ATTRIBUTE = /[345]8;5;\d*|[345]8;2;\d*;\d*;\d*|[^;]+/g;
const UNDERLINE_COLOUR = '58';

const LEVELS = [0, 95, 135, 175, 215, 255] as const;

/** The pieces of a line in which the gateway has left nothing but text and styles, each change of which begins with a reset. */
export function spansOf(line: string): readonly Span[] {
  const plain = line.replace(STYLES, (_whole, parameters: string) => `${ESC}[${withoutColons(parameters)}m`);
  return Anser.ansiToJson(plain, { json: true, use_classes: true, remove_empty: true }).map(spanOf);
}

/** Colours and underlines in their older form, which anser knows, and without colours of underlines, which it takes for others. */
function withoutColons(parameters: string): string {
  const attributes = parameters.match(ATTRIBUTE) ?? [];
  return attributes
    .filter((attribute) => !attribute.startsWith(UNDERLINE_COLOUR))
    .map((attribute) => {
      const parts = attribute.split(':');
      const [code = '', form] = parts;
      if (parts.length === 1) return attribute;
      // Between the form and the colour there may be the name of a colour space.
      if (form === '2') return [code, form, ...parts.slice(-3)].join(';');
      if (form === '5') return [code, form, parts[2]].join(';');
      return code === '4' && form === '0' ? '24' : code;
    })
    .join(';');
}

/** Of what is inverse, anser has already turned the colours round. */
function spanOf(entry: Anser.AnserJsonEntry): Span {
  const text = entry.content;
  const colour = colourOf(entry.fg, entry.fg_truecolor);
  const ground = colourOf(entry.bg, entry.bg_truecolor);
  const classes = entry.decorations.map((decoration) => `ansi-${decoration}`);
  // In the page's own background colour, which the theme's colours are all readable on.
  if (ground?.kind === 'named') {
    return { text, classes: [...classes, 'ansi-on'], style: { background: variable(ground) } };
  }
  if (ground?.kind === 'rgb') {
    const color = colour?.kind === 'rgb' ? css(colour.rgb) : readableOn(ground.rgb);
    return { text, classes, style: { background: css(ground.rgb), color } };
  }
  if (colour?.kind === 'named') return { text, classes, style: { color: variable(colour) } };
  if (colour?.kind === 'rgb') {
    return { text, classes: [...classes, 'ansi-any'], style: { '--colour': css(colour.rgb) } };
  }
  return { text, classes, style: {} };
}

/** @param name what anser calls it: `ansi-red`, `ansi-palette-200`, `ansi-truecolor` @param rgb of the latter */
function colourOf(name: string | null, rgb: string | null): Colour | undefined {
  if (!name) return undefined;
  if (name === 'ansi-truecolor') {
    const [red = 0, green = 0, blue = 0] = (rgb ?? '').split(',').map(Number);
    return { kind: 'rgb', rgb: [red, green, blue] };
  }
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1];
  return index === undefined ? { kind: 'named', name } : { kind: 'rgb', rgb: paletteColour(Number(index)) };
}

/** A colour of xterm's 256, from the seventeenth on: a cube of 6 levels each, then grey. */
function paletteColour(index: number): readonly [number, number, number] {
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const level = (divisor: number) => LEVELS[Math.floor((index - 16) / divisor) % 6] ?? 0;
  return [level(36), level(6), level(1)];
}

function variable({ name }: { readonly name: string }): string {
  return `var(--${name})`;
}

function css(rgb: readonly number[]): string {
  return `rgb(${rgb.join(' ')})`;
}

/** Black or white, by the relative luminance of WCAG 2: where it is 0.18, both have the same contrast. */
function readableOn(rgb: readonly [number, number, number]): string {
  const [red, green, blue] = rgb;
  const linear = (part: number) => (part / 255) ** 2.2;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.18 ? '#000' : '#fff';
}
