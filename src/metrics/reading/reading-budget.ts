/**
 * The memory for what is being read. Of many files that are read at once the first to have come reads on; the others wait
 * where together they would take too much.
 */
export class ReadingBudget {
  readonly #bytes: number;
  readonly #onGrowth: (bytes: number) => void;
  /** What each has taken, in the order in which they came. */
  readonly #taken = new Map<object, number>();
  #waiting: (() => void)[] = [];

  /** @param onGrowth is told what all take together, each time it has grown */
  constructor(bytes: number, onGrowth: (bytes: number) => void) {
    this.#bytes = bytes;
    this.#onGrowth = onGrowth;
  }

  /** Takes so many more bytes for `reading`. Resolves when it may read on. */
  async take(reading: object, bytes: number): Promise<void> {
    this.#taken.set(reading, (this.#taken.get(reading) ?? 0) + bytes);
    this.#onGrowth(this.#sum);
    while (this.#sum > this.#bytes && !this.#isFirst(reading)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** `reading` is over, and what it took is held elsewhere or gone. */
  release(reading: object): void {
    this.#taken.delete(reading);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  get #sum(): number {
    return [...this.#taken.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #isFirst(reading: object): boolean {
    const [first] = this.#taken.keys();
    return first === reading;
  }
}
