import { LRUCache } from 'lru-cache';

/** How much text is kept, in characters: of about a million numbers. */
const MOST_KEPT = 16 * 1024 * 1024;

/**
 * JSON texts of stretches of columns that are asked for more than once, since to find the digits of its numbers is most of
 * what a large answer costs. One that is asked for only once is not kept: it would push out others.
 */
export class ColumnTexts {
  readonly #ids = new WeakMap<object, number>();
  readonly #texts = new LRUCache<string, string>({ maxSize: MOST_KEPT, sizeCalculation: ({ length }) => length });
  #lastId = 0;

  /**
   * For an answer with the column that has these cells, which never change.
   *
   * @returns the text of the stretch that starts at `from`, which is made where it is not kept
   */
  of(cells: object): (from: number, make: () => string) => string {
    const id = this.#ids.get(cells);
    if (id === undefined) {
      this.#ids.set(cells, ++this.#lastId);
      return (_from, make) => make();
    }
    return (from, make) => {
      const key = `${id} ${from}`;
      const kept = this.#texts.get(key);
      if (kept !== undefined) return kept;
      const made = make();
      this.#texts.set(key, made);
      return made;
    };
  }
}
