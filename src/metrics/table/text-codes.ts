import type { Cells } from './cells.ts';
import type { Chunk } from './chunk.ts';

/** Gives the texts of a chunk in the making their codes. */
export class TextCodes {
  /** By code. */
  readonly texts: string[] = [];
  readonly #codes = new Map<string, number>();

  codeOf(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.texts.length;
      this.#codes.set(text, code);
      this.texts.push(text);
    }
    return code;
  }

  /** Copies a cell of another chunk, whose codes are its own. */
  copyCell(to: Cells, at: number, from: Chunk, cell: number): void {
    const { cells } = from;
    if (cells.kind(cell) === 'text') to.setText(at, this.codeOf(from.text(cells.textCode(cell))));
    else to.copy(at, cells, cell);
  }
}
