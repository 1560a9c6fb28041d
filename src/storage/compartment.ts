/** Calls that share a fate: so many of them are under way at once, and the others wait for their turn. */
export class Compartment {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #late = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How many calls are under way that nobody waits for any more. */
  get late(): number {
    return this.#late;
  }

  /** Whether no call has a chance until one of those comes back. */
  get isStuck(): boolean {
    return this.#late >= this.#most;
  }

  get isEmpty(): boolean {
    return this.#underWay === 0;
  }

  /** The result of a call, which waits for its turn, and takes a place until it has come back. */
  async take<T>(call: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#most) this.#underWay += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }

  callIsLate(): void {
    this.#late += 1;
  }

  lateCallIsBack(): void {
    this.#late -= 1;
  }
}
