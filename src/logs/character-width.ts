/** East Asian wide and full-width (UAX #11), in ranges that also take in some code points without a character. */
const RANGES_OF_WIDE = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
] as const;

/** Combining marks, joiners, variation selectors and the later letters of a Hangul syllable. */
const COMBINING = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]$/u;
/** The soft hyphen and the Hangul fillers could be ignored, but terminals give them cells. */
const SHOWN = /^[\u00ad\u115f\u3164\uffa0]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
/** Two of these make a flag, in a cell each. */
const HALF_A_FLAG = /^\p{Regional_Indicator}$/u;

/** One more than the width, by code point; 0 where it is not known yet. */
const known = new Uint8Array(0x110000);

/** How many cells of a terminal a character takes: 0 (it joins the one before), 1 or 2. */
export function characterWidth(code: number): number {
  const width = known[code];
  if (width !== undefined && width > 0) return width - 1;
  const found = findWidth(code);
  known[code] = found + 1;
  return found;
}

function findWidth(code: number): number {
  const character = String.fromCodePoint(code);
  if (COMBINING.test(character) && !SHOWN.test(character)) return 0;
  const wide = EMOJI.test(character) && !HALF_A_FLAG.test(character);
  return wide || RANGES_OF_WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
