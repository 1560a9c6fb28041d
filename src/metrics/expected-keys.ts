import type { JsonScanner } from './json-scanner.ts';

/**
 * The keys of an object, by place, as the object before had them: mostly the next one repeats them, and a key known by
 * its bytes costs no string.
 */
export class ExpectedKeys {
  readonly #keys: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  /** So many of the first keys are known to differ from one another. */
  #distinct = 0;

  /** Reads the key that begins here, number `place` of its object, and its colon. */
  read(scanner: JsonScanner, place: number): string {
    const expected = this.#keys[place];
    if (expected !== undefined && scanner.takeKey(expected.bytes)) return expected.name;
    const name = scanner.readKey();
    this.#keys[place] = { name, bytes: Buffer.from(JSON.stringify(name).slice(1, -1)) };
    this.#distinct = Math.min(this.#distinct, place);
    return name;
  }

  /** Whether the object whose `count` keys were read last has none of them twice. */
  areDistinct(count: number): boolean {
    if (count <= this.#distinct) return true;
    const areDistinct = new Set(this.#keys.slice(0, count).map(({ name }) => name)).size === count;
    if (areDistinct) this.#distinct = count;
    return areDistinct;
  }
}
