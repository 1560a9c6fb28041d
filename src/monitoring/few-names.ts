/** What stands for all names that came too late. */
const OTHER = 'other';

/** Names that clients choose, of which only so many are told apart: each makes a series of its own. */
export class FewNames {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The name itself, or `other` where there are enough already. */
  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#most) return OTHER;
    this.#known.add(name);
    return name;
  }
}
