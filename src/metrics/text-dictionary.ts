/** The texts of one run, each once. It only grows: a code stands for the same text for ever. */
export class TextDictionary {
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [];
  /** About what the texts cost in memory. */
  bytes = 0;

  codeOf(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) {
      code = this.#texts.length;
      this.#codes.set(text, code);
      this.#texts.push(text);
      this.bytes += 2 * text.length + 64;
    }
    return code;
  }

  textOf(code: number): string {
    return this.#texts[code];
  }
}
