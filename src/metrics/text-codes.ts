import type { Cells } from './cells.ts';
import type { Chunk, ChunkColumn } from './chunk.ts';

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
  copyCell(to: Cells, at: number, chunk: Chunk, { cells, holds }: ChunkColumn, from: number): void {
    if (holds.labels && cells.kind(from) === 'text') to.setText(at, this.codeOf(chunk.text(cells.textCode(from))));
    else to.copy(at, cells, from);
  }
}
