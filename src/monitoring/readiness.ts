import { setTimeout } from 'node:timers/promises';

/** A storage that does not answer by then is one that cannot be read, such as a mount whose server is gone. */
const MOST_WAIT_MS = 1000;

interface Catalog {
  readonly isDiscovered: boolean;
  discover(): void;
  /** What keeps its root from being read, without where it lies. */
  rootFault(): Promise<string | null>;
}

/** Whether there is any use in asking the gateway. */
export class Readiness {
  readonly #catalog: Catalog;
  readonly #closing: AbortSignal;
  /** The look at the root that goes on: calls that hang may not pile up. */
  #look: Promise<string | null> | undefined;

  /** @param closing aborted when the gateway begins to shut down */
  constructor(catalog: Catalog, closing: AbortSignal) {
    this.#catalog = catalog;
    this.#closing = closing;
  }

  /** What keeps it from being of use, without where anything lies; null where nothing does. Told within a second. */
  async obstacle(): Promise<string | null> {
    if (this.#closing.aborted) return 'the gateway is shutting down';
    if (!this.#catalog.isDiscovered) {
      // Again, should the first time have failed.
      this.#catalog.discover();
      return 'the runs of the storage are still looked for';
    }
    this.#look ??= this.#catalog.rootFault().finally(() => {
      this.#look = undefined;
    });
    return Promise.race([this.#look, setTimeout(MOST_WAIT_MS, 'the storage does not answer', { ref: false })]);
  }
}
