import { CellRow } from './cell-row.ts';
import { characterWidth } from './character-width.ts';

const BACKSPACE = 0x08;
const TAB = 0x09;
const CR = 0x0d;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const ST = 0x9c;
const TAB_STOPS = 8;

const ZERO_WIDTH_JOINER = '\u200d';
const PICTOGRAPH = /^\p{Extended_Pictographic}$/u;
const TONED = /\p{Extended_Pictographic}\ufe0f?$/u;

/** Terminals ignore a sequence that is longer. */
const MOST_PARAMETERS = 1024;
const STYLE_PARAMETERS = /^[\d;:]*$/;

/** Where in an escape sequence the text is (ECMA-48); a string is that of OSC, DCS, SOS, PM or APC. */
type State = 'text' | 'escape' | 'intermediate' | 'control' | 'string';

/** One line of a terminal: holds what is to be seen, however much was written to it. */
export class TerminalLine {
  readonly #row = new CellRow();
  #state: State = 'text';
  #parameters = '';
  /** The first half of a surrogate pair. */
  #half = '';
  /** Whether the last that came was a character, with nothing else behind it. */
  #adjacent = false;

  /** @param text cut at any place, also inside an escape sequence or a surrogate pair */
  write(text: string): void {
    const whole = this.#half + text;
    const end = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.length - 1 : whole.length;
    this.#half = whole.slice(end);
    for (let at = 0; at < end; ) {
      const run = this.#state === 'text' ? endOfPlainRun(whole, at, end) : at;
      if (run > at) {
        this.#row.putRun(whole, at, run);
        this.#adjacent = false;
        at = run;
      } else {
        const code = whole.codePointAt(at) ?? 0;
        this.#read(code);
        at += code > 0xffff ? 2 : 1;
      }
    }
  }

  /**
   * What a terminal would show, without what was never written at its end. With `keep`, each change of style begins
   * with a reset, and a styled end is reset. Of a line of more than 262 144 cells these are shown, and ` …`.
   */
  show(ansi: 'keep' | 'strip'): string {
    return this.#row.show(ansi);
  }

  #read(code: number): void {
    if (this.#state === 'text' && code >= 0xa0) {
      this.#readCharacter(code);
      return;
    }
    this.#adjacent = false;
    if (code === ESC) this.#state = 'escape';
    else if (code === CAN || code === SUB) this.#state = 'text';
    else if (this.#state === 'string') this.#readString(code);
    else if (code < 0x20) this.#control(code);
    else if (code >= 0x80 && code < 0xa0) this.#introduce(code - 0x40);
    else if (code >= 0xa0) this.#breakOff(code);
    else if (code < 0x7f) this.#readSequence(code);
  }

  #readCharacter(code: number): void {
    const character = isSurrogate(code) ? '\ufffd' : String.fromCodePoint(code);
    const width = characterWidth(code);
    if (width === 0 || (this.#adjacent && joins(this.#row.before, code, character))) this.#row.join(character);
    else this.#row.put(character, width);
    this.#adjacent = true;
  }

  #control(code: number): void {
    const row = this.#row;
    if (code === CR) row.cursor = 0;
    else if (code === BACKSPACE) row.cursor = Math.max(0, row.cursor - 1);
    else if (code === TAB) row.cursor += TAB_STOPS - (row.cursor % TAB_STOPS);
  }

  #readString(code: number): void {
    if (code === BEL || code === ST) this.#state = 'text';
  }

  /** A character that has no place in a sequence ends it. */
  #breakOff(code: number): void {
    this.#state = 'text';
    this.#readCharacter(code);
  }

  #readSequence(code: number): void {
    if (this.#state === 'control') this.#readControlSequence(code);
    else if (code < 0x30) this.#state = 'intermediate';
    else if (this.#state === 'escape') this.#introduce(code);
    else this.#state = 'text';
  }

  #introduce(code: number): void {
    const introducer = String.fromCharCode(code);
    if (introducer === '[') this.#state = 'control';
    else this.#state = ']PX^_'.includes(introducer) ? 'string' : 'text';
    this.#parameters = '';
  }

  #readControlSequence(code: number): void {
    const character = String.fromCharCode(code);
    if (code >= 0x40) {
      this.#state = 'text';
      this.#execute(character, this.#parameters);
    } else if (this.#parameters.length <= MOST_PARAMETERS) {
      this.#parameters += character;
    }
  }

  #execute(final: string, parameters: string): void {
    if (final === 'm') {
      const known = parameters.length <= MOST_PARAMETERS && STYLE_PARAMETERS.test(parameters);
      if (known) this.#row.restyle(parameters);
    } else if (final === 'K') {
      if (parameters === '' || parameters === '0') this.#row.eraseToEnd();
      else if (parameters === '1') this.#row.eraseFromStart();
      else if (parameters === '2') this.#row.eraseAll();
    }
  }
}

/** Whether two characters that follow each other make one: 🏃 and ♂ with a joiner, 👍 and a skin tone. */
function joins(before: string, code: number, character: string): boolean {
  if (before.endsWith(ZERO_WIDTH_JOINER)) return PICTOGRAPH.test(character);
  return code >= 0x1f3fb && code <= 0x1f3ff && TONED.test(before);
}

/** Printable ASCII, which is most of any log. */
function endOfPlainRun(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isPlain(text.charCodeAt(at))) at++;
  return at;
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xe000;
}
