/** Lines by their numbers, counted from 1, without the one of `end`. */
export interface LineSpan {
  readonly first: number;
  readonly end: number;
}

/** So many lines are let go together. */
const CHUNK = 100;
/** Characters: some tens of megabytes of memory. */
const MOST = 16_000_000;
/** In characters, what a line costs beside its own: there may be millions of empty ones. */
const COST_OF_LINE = 16;

interface Chunk {
  readonly lines: (string | undefined)[];
  size: number;
}

/** Some of a file's lines: those that are shown, and the last that were, as many as there is room for. */
export class HeldLines {
  /** By their place in the file; the one that was used last comes last. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #most: number;
  #size = 0;
  #shown: LineSpan = { first: 1, end: 1 };

  constructor(most = MOST) {
    this.#most = most;
  }

  at(number: number): string | undefined {
    return this.#chunks.get(chunkOf(number))?.lines[(number - 1) % CHUNK];
  }

  /** @param first the number of the first of `texts` */
  put(first: number, texts: readonly string[]): void {
    for (const [i, text] of texts.entries()) this.#set(first + i, text);
    this.#makeRoom();
  }

  forget(number: number): void {
    if (this.at(number) !== undefined) this.#set(number, undefined);
  }

  /** These are not let go while they are shown. */
  show(span: LineSpan): void {
    this.#shown = span;
    for (let chunk = chunkOf(span.first); chunk <= chunkOf(span.end - 1); chunk++) this.#touch(chunk);
  }

  /** From the first line to the last that is not held, of some; null where all are. */
  missing({ first, end }: LineSpan): LineSpan | null {
    let [from, to] = [first, end];
    while (from < to && this.at(from) !== undefined) from++;
    while (to > from && this.at(to - 1) !== undefined) to--;
    return from < to ? { first: from, end: to } : null;
  }

  #set(number: number, text: string | undefined): void {
    const key = chunkOf(number);
    const chunk = this.#touch(key) ?? { lines: [], size: 0 };
    this.#chunks.set(key, chunk);
    const index = (number - 1) % CHUNK;
    const more = sizeOf(text) - sizeOf(chunk.lines[index]);
    chunk.lines[index] = text;
    chunk.size += more;
    this.#size += more;
  }

  #touch(key: number): Chunk | undefined {
    const chunk = this.#chunks.get(key);
    if (chunk === undefined) return undefined;
    this.#chunks.delete(key);
    this.#chunks.set(key, chunk);
    return chunk;
  }

  #makeRoom(): void {
    for (const [key, { size }] of this.#chunks) {
      if (this.#size <= this.#most) return;
      if (key >= chunkOf(this.#shown.first) && key <= chunkOf(this.#shown.end - 1)) continue;
      this.#chunks.delete(key);
      this.#size -= size;
    }
  }
}

function sizeOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length + COST_OF_LINE;
}

function chunkOf(number: number): number {
  return Math.floor((number - 1) / CHUNK);
}
