import { changeOfStyle, restyle } from './text-style.ts';

/** What lies beyond is not shown. */
const MOST_CELLS = 262_144;
const BEYOND = ' …';
/** Of a character with all that joins it, in UTF-16 units. */
const LONGEST_CHARACTER = 32;

/** Stands in the second cell of a wide character. */
const TAIL = '';

/** A row of a terminal without an edge: characters in cells, each with its style. */
export class CellRow {
  /** The column where the next character goes. */
  cursor = 0;
  #style = '';
  /** Undefined where nothing was written. */
  readonly #cells: (string | undefined)[] = [];
  readonly #styles: string[] = [];
  /** Cells before this column are blank, whatever they held: a progress bar may erase them many times a second. */
  #blankTo = 0;
  #goesOn = false;

  restyle(parameters: string): void {
    this.#style = restyle(this.#style, parameters);
  }

  /** Writes the characters in `text` between two indexes, each of which takes one cell and one UTF-16 unit. */
  putRun(text: string, from: number, to: number): void {
    const start = this.cursor;
    const count = this.#makeRoom(to - from);
    for (let index = 0; index < count; index++) {
      this.#cells[start + index] = text[from + index];
      this.#styles[start + index] = this.#style;
    }
  }

  put(character: string, width: number): void {
    const start = this.cursor;
    if (this.#makeRoom(width) < width) return;
    this.#set(start, character, this.#style);
    if (width > 1) this.#set(start + 1, TAIL, this.#style);
  }

  /** The character before the cursor; '' if there is none. */
  get before(): string {
    return this.#cellAt(this.#columnBefore()) ?? '';
  }

  /** Adds what takes no cell to the character before the cursor. */
  join(mark: string): void {
    const column = this.#columnBefore();
    if (column < 0 || column >= MOST_CELLS) return;
    const joined = (this.#cellAt(column) ?? ' ') + mark;
    this.#open(column, column + 1);
    if (joined.length <= LONGEST_CHARACTER) this.#cells[column] = joined;
  }

  eraseToEnd(): void {
    this.#splitWide(this.cursor);
    this.#cells.length = Math.min(this.#cells.length, this.cursor);
    this.#styles.length = this.#cells.length;
    this.#blankTo = Math.min(this.#blankTo, this.#cells.length);
    if (this.cursor <= MOST_CELLS) this.#goesOn = false;
  }

  eraseFromStart(): void {
    this.#splitWide(this.cursor + 1);
    this.#blankTo = Math.max(this.#blankTo, Math.min(this.cursor + 1, this.#cells.length));
  }

  eraseAll(): void {
    this.#blankTo = this.#cells.length;
    this.#goesOn = false;
  }

  show(ansi: 'keep' | 'strip'): string {
    const length = this.#goesOn ? MOST_CELLS : this.#cells.findLastIndex((cell) => cell !== undefined) + 1;
    if (length <= this.#blankTo) return this.#goesOn ? ' '.repeat(length) + BEYOND : '';
    const shown = [' '.repeat(this.#blankTo)];
    let style = '';
    for (let column = this.#blankTo; column < length; column++) {
      const next = this.#styles[column] ?? '';
      if (ansi === 'keep' && next !== style) {
        shown.push(changeOfStyle(style, next));
        style = next;
      }
      shown.push(this.#cells[column] ?? ' ');
    }
    shown.push(changeOfStyle(style, ''), this.#goesOn ? BEYOND : '');
    return shown.join('');
  }

  /** Moves the cursor over cells that are to be written; how many of them there are, up to the last one that is kept. */
  #makeRoom(count: number): number {
    const start = this.cursor;
    const end = Math.min(start + count, MOST_CELLS);
    this.cursor += count;
    if (end < this.cursor) this.#goesOn = true;
    if (end <= start) return 0;
    this.#splitWide(start);
    this.#splitWide(end);
    this.#open(start, end);
    return end - start;
  }

  /** Makes the cells from `start` to `end` ones that can be written, and all around them what they show. */
  #open(start: number, end: number): void {
    for (let column = end; column < this.#blankTo; column++) this.#set(column, undefined, '');
    this.#blankTo = Math.min(this.#blankTo, start);
    // An array without holes stays fast.
    while (this.#cells.length < start) this.#set(this.#cells.length, undefined, '');
  }

  #cellAt(column: number): string | undefined {
    return column < this.#blankTo ? undefined : this.#cells[column];
  }

  /** Takes the halves of a wide character that an edge before `column` leaves alone. */
  #splitWide(column: number): void {
    if (this.#cellAt(column) !== TAIL) return;
    this.#set(column - 1, undefined, '');
    this.#set(column, undefined, '');
  }

  #set(column: number, cell: string | undefined, style: string): void {
    this.#cells[column] = cell;
    this.#styles[column] = style;
  }

  #columnBefore(): number {
    const column = this.cursor - 1;
    return this.#cellAt(column) === TAIL ? column - 1 : column;
  }
}
