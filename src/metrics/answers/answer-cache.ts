import { LRUCache } from 'lru-cache';

/** Finished answers, so that what many ask for is made once. Bounded in bytes; the least recently used go first. */
export class AnswerCache<Answer extends object> {
  readonly #kept: LRUCache<string, Answer>;
  /** Answers that are being made. */
  readonly #made = new Map<string, Promise<Answer>>();

  /** @param bytesOf what an answer takes in memory */
  constructor(maxBytes: number, bytesOf: (answer: Answer) => number) {
    this.#kept = new LRUCache({ maxSize: maxBytes, sizeCalculation: (answer) => Math.max(1, bytesOf(answer)) });
  }

  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** @param key says all that the answer depends on */
  async get(key: string, make: () => Promise<Answer>): Promise<Answer> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const making = this.#made.get(key) ?? this.#make(key, make);
    return making;
  }

  #make(key: string, make: () => Promise<Answer>): Promise<Answer> {
    const making = make().finally(() => this.#made.delete(key));
    this.#made.set(key, making);
    return making.then((answer) => {
      this.#kept.set(key, answer);
      return answer;
    });
  }
}
