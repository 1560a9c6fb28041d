import { TooManyRequests } from '../../errors.ts';

/** So many places for each client, and no more. */
export class Places {
  readonly #most: number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /** @param what they are for, in the plural */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** Takes one. @returns what gives it back, once; null where all are taken */
  take(client: string): (() => void) | null {
    const taken = this.#taken.get(client) ?? 0;
    if (taken >= this.#most) return null;
    this.#taken.set(client, taken + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#giveBack(client);
      isTaken = false;
    };
  }

  /** What tells a client that all are taken. */
  refusal(): TooManyRequests {
    return new TooManyRequests(`${this.#what}: ${this.#most} at a time are all that a client may have`, null);
  }

  #giveBack(client: string): void {
    const left = (this.#taken.get(client) ?? 0) - 1;
    if (left > 0) this.#taken.set(client, left);
    else this.#taken.delete(client);
  }
}
