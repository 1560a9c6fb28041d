import { type Signal, signal } from '@preact/signals';

/** How to learn something of items, such as a curve of each run. */
export interface Source<Item, Value> {
  /** Items of one key are about the same. */
  readonly keyOf: (item: Item) => string;
  /** What is known holds as long as this stays the same. */
  readonly versionOf: (item: Item) => string;
  /** And no longer than that, in milliseconds. */
  readonly holdsFor: (item: Item, value: Value) => number;
  /** How many items are asked for together. */
  readonly batch: number;
  /** A value for each item, in their order. */
  readonly load: (items: readonly Item[], stopped: AbortSignal) => Promise<readonly Value[]>;
}

interface Known<Value> {
  readonly value: Signal<Value | undefined>;
  version: string | undefined;
  loadedAt: number;
}

interface Batch {
  readonly keys: ReadonlySet<string>;
  readonly stopped: AbortController;
}

const MOST_BATCHES = 4;
/** Whoever scrolls past does not want it. */
const REST_MS = 100;
const LOOK_EVERY_MS = 1000;
const MOST_KNOWN = 5000;
const RETRY_MS = 5000;

/**
 * What is known of the items in view: loaded a few at a time when they stay there, kept when they are gone, and loaded
 * again when it holds no more. What is asked for items that are gone meanwhile is dropped.
 */
export class InView<Item, Value> {
  /** Why something could not be loaded, which is tried again; null while all is well. */
  readonly error = signal<unknown>(null);
  readonly #source: Source<Item, Value>;
  /** In the order in which they were last in view. */
  readonly #known = new Map<string, Known<Value>>();
  readonly #batches = new Set<Batch>();
  #items: readonly Item[] = [];
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #pausedUntil = 0;

  constructor(source: Source<Item, Value>) {
    this.#source = source;
  }

  /** Undefined until it is known; what is outdated stays until what is new is there. For components: it tells when it changes. */
  valueOf(item: Item): Value | undefined {
    return this.#knownOf(this.#source.keyOf(item)).value.value;
  }

  /** Tells what is in view now. */
  show(items: readonly Item[]): void {
    const isFirst = this.#items.length === 0;
    this.#items = items;
    const keys = items.map(this.#source.keyOf);
    for (const key of keys) {
      const known = this.#knownOf(key);
      this.#known.delete(key);
      this.#known.set(key, known);
    }
    for (const batch of this.#batches) if (!keys.some((key) => batch.keys.has(key))) batch.stopped.abort();
    this.#lookIn(isFirst ? 0 : REST_MS);
  }

  stop(): void {
    this.#items = [];
    clearTimeout(this.#waiting);
    for (const batch of this.#batches) batch.stopped.abort();
  }

  #lookIn(time: number): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#look(), time);
  }

  /** Asks for what is missing, and looks again later where something may cease to hold. */
  #look(): void {
    const missing = document.hidden || Date.now() < this.#pausedUntil ? [] : this.#missing();
    for (let from = 0; from < missing.length && this.#batches.size < MOST_BATCHES; from += this.#source.batch) {
      void this.#load(missing.slice(from, from + this.#source.batch));
    }
    if (this.#items.length > 0) this.#lookIn(LOOK_EVERY_MS);
  }

  #missing(): readonly Item[] {
    const isAsked = (key: string) => [...this.#batches].some((batch) => batch.keys.has(key));
    const { keyOf, versionOf, holdsFor } = this.#source;
    return this.#items.filter((item) => {
      const { value, version, loadedAt } = this.#knownOf(keyOf(item));
      const known = value.peek();
      const isSame = known !== undefined && version === versionOf(item);
      const holds = isSame && Date.now() - loadedAt < holdsFor(item, known);
      return !holds && !isAsked(keyOf(item));
    });
  }

  async #load(items: readonly Item[]): Promise<void> {
    const batch = { keys: new Set(items.map(this.#source.keyOf)), stopped: new AbortController() };
    this.#batches.add(batch);
    try {
      const values = await this.#source.load(items, batch.stopped.signal);
      for (const [index, item] of items.entries()) {
        const known = this.#knownOf(this.#source.keyOf(item));
        known.version = this.#source.versionOf(item);
        known.loadedAt = Date.now();
        known.value.value = values[index];
      }
      this.error.value = null;
      this.#forget();
    } catch (error) {
      if (!batch.stopped.signal.aborted) {
        this.error.value = error;
        this.#pausedUntil = Date.now() + RETRY_MS;
      }
    } finally {
      this.#batches.delete(batch);
    }
    this.#look();
  }

  #knownOf(key: string): Known<Value> {
    const known = this.#known.get(key) ?? {
      value: signal<Value | undefined>(undefined),
      version: undefined,
      loadedAt: 0,
    };
    this.#known.set(key, known);
    return known;
  }

  #forget(): void {
    for (const key of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(key);
    }
  }
}
