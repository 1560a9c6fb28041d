import type { LogRender } from './render.ts';
import { TerminalLine } from './terminal-line.ts';

/** What a terminal shows of a line of bytes, however long a progress bar has been redrawing it. */
export class CollapsedLine {
  readonly #terminal = new TerminalLine();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** @param piece cut at any place, also inside a character */
  write(piece: Buffer): void {
    this.#terminal.write(this.#decoder.decode(piece, { stream: true }));
  }

  /** No more is to come: a character that was begun is none. */
  end(): void {
    this.#terminal.write(this.#decoder.decode());
  }

  show(ansi: LogRender['ansi']): string {
    return this.#terminal.show(ansi);
  }
}
