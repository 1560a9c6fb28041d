import { SharedTask } from '../shared-task.ts';
import { mapLimited } from './concurrency.ts';
import type { RunLocation } from './layout.ts';
import { RunIndex } from './run-index.ts';
import { newestFirst } from './run-order.ts';
import { RunReader, type RunRecord } from './run-record.ts';

/** How old a list may be, in milliseconds. */
const LIST_MAX_AGE = 1000;

/** The runs of a storage root and what is known of them. */
export class RunCatalog {
  readonly root: string;
  readonly #index: RunIndex;
  readonly #snapshot = new SharedTask(() => this.#takeSnapshot());
  #readers = new Map<string, RunReader>();

  constructor(root: string, warn: (message: string) => void) {
    this.root = root;
    this.#index = new RunIndex(root, warn);
  }

  /** Where the run of that id lies now; undefined if there is none or it is deleted. */
  locate(id: string): Promise<RunLocation | undefined> {
    return this.#index.find(id);
  }

  /** What is known now of the run of that id; undefined if there is none or it is deleted. */
  async find(id: string): Promise<RunRecord | undefined> {
    const location = await this.locate(id);
    return location === undefined ? undefined : await this.#readerOf(location).read();
  }

  /** All runs, newest first, as they were at most one second ago. */
  list(): Promise<readonly RunRecord[]> {
    return this.#snapshot.get(LIST_MAX_AGE);
  }

  async #takeSnapshot(): Promise<readonly RunRecord[]> {
    const locations = await this.#index.list();
    // Only what is listed keeps its reader, so that the memory of vanished runs goes.
    this.#readers = new Map(locations.map((location) => [location.directory, this.#readerOf(location)]));
    const records = await mapLimited(locations, (location) => this.#readerOf(location).read());
    return records.filter((record) => record !== undefined).toSorted(newestFirst);
  }

  #readerOf(location: RunLocation): RunReader {
    const reader = this.#readers.get(location.directory) ?? new RunReader(location);
    this.#readers.set(location.directory, reader);
    return reader;
  }
}
