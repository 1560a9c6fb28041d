import { setImmediate } from 'node:timers/promises';

/** Lets those who wait go on one by one, in the order in which they came, each in another turn of the event loop. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }
}
