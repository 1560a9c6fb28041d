const FOREGROUND = 39;
const BACKGROUND = 49;
const UNDERLINE_COLOUR = 59;

/** What each parameter that ends attributes ends. */
const ENDS: ReadonlyMap<number, readonly number[]> = new Map([
  [22, [1, 2]],
  [23, [3]],
  [24, [4, 21]],
  [25, [5, 6]],
  [27, [7]],
  [28, [8]],
  [29, [9]],
  [FOREGROUND, [FOREGROUND]],
  [BACKGROUND, [BACKGROUND]],
  [54, [51, 52]],
  [55, [53]],
  [UNDERLINE_COLOUR, [UNDERLINE_COLOUR]],
]);
const SWITCHES = new Set([...ENDS.values()].flat().filter((code) => !ENDS.has(code)));
/** With the parameters behind it, a colour of 256 or of RGB. */
const COLOUR = /^0*[345]8$/;
const LONGEST_ATTRIBUTE = 32;

/**
 * The style that `ESC[{parameters}m` makes of `style`. A style is itself such parameters, those that still have an
 * effect, and so never grows beyond one for each attribute; '' is plain text.
 */
export function restyle(style: string, parameters: string): string {
  if (parameters === '' || parameters === '0') return '';
  const attributes = new Map<number, string>();
  for (const attribute of attributesIn(style === '' ? parameters : `${style};${parameters}`)) {
    const code = attribute.startsWith('4:0') ? 24 : Number.parseInt(attribute || '0', 10);
    if (code === 0) attributes.clear();
    for (const ended of ENDS.get(code) ?? []) attributes.delete(ended);
    const kind = kindOf(code);
    if (kind === undefined || attribute.length > LONGEST_ATTRIBUTE) continue;
    // The last one counts, so it goes last.
    attributes.delete(kind);
    attributes.set(kind, attribute);
  }
  return [...attributes.values()].join(';');
}

/** The escape sequences between text of one style and of another; a style begins with a reset of the one before. */
export function changeOfStyle(from: string, to: string): string {
  const reset = from === '' || from === to ? '' : '\u001b[0m';
  return to === '' || from === to ? reset : `${reset}\u001b[${to}m`;
}

/** What the attribute that a parameter begins replaces; undefined if it begins none. */
function kindOf(code: number): number | undefined {
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return FOREGROUND;
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return BACKGROUND;
  if (code === 58) return UNDERLINE_COLOUR;
  return SWITCHES.has(code) ? code : undefined;
}

/** The parameters, with those of one colour (`38;5;n` or `38;2;r;g;b`) together. */
function* attributesIn(parameters: string): Generator<string> {
  const parts = parameters.split(';');
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] ?? '';
    const length = COLOUR.test(part) ? colourLength(parts[at + 1]) : 1;
    // What follows a colour of an unknown form cannot be told from its parts.
    if (at + length > parts.length) return;
    yield parts.slice(at, at + length).join(';');
    at += length;
  }
}

function colourLength(form: string | undefined): number {
  if (form === '5') return 3;
  return form === '2' ? 5 : Number.POSITIVE_INFINITY;
}
