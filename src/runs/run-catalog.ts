import { mapLimited } from '../concurrency.ts';
import { SharedTask } from '../shared-task.ts';
import type { StorageBounds } from '../storage/files.ts';
import type { DirectoryWatches } from './directory-watches.ts';
import { warnOfProblems } from './index-problem.ts';
import type { RunLocation } from './layout.ts';
import { RunIndex } from './run-index.ts';
import { newestFirst } from './run-order.ts';
import type { RunRecord } from './run-record.ts';
import { hasEnded } from './run-status.ts';
import { rootFault } from './storage-root.ts';

/** How old what is said of runs may be, in milliseconds. */
const MAX_AGE = 1000;
/** How old a list may be if more directories than this must be looked at to make it, in milliseconds. */
const SLOW_LIST_MAX_AGE = 5000;
const MOST_QUICKLY_LOOKED_AT = 500;

/** The runs of a storage root and what is known of them. */
export class RunCatalog {
  readonly root: string;
  readonly #index: RunIndex;
  readonly #watches: DirectoryWatches | undefined;
  readonly #warn: (message: string) => void;
  readonly #snapshot = new SharedTask(() => this.#takeSnapshot());
  /** The records that the list was made of. */
  #records: readonly (RunRecord | undefined)[] = [];
  #list: readonly RunRecord[] = [];
  readonly #hearing = new Set<() => void>();
  readonly #taking = new Set<(runs: readonly RunRecord[]) => void>();
  #isDiscovering = false;
  #isDiscovered = false;
  #isClosed = false;

  /** `watches`: what lists are to be kept up to date by; without it they are made anew. The catalog will close it. */
  constructor(bounds: StorageBounds, warn: (message: string) => void, watches?: DirectoryWatches) {
    this.root = bounds.root;
    this.#warn = warn;
    this.#watches = watches;
    this.#index = new RunIndex(bounds, warnOfProblems(warn), watches, () => {
      for (const hear of this.#hearing) hear();
    });
  }

  /** Where the run of that id lies now; undefined if there is none or it is deleted. */
  async locate(id: string): Promise<RunLocation | undefined> {
    return (await this.#index.find(id))?.location;
  }

  /** What is known now of the run of that id; undefined if there is none or it is deleted. */
  async find(id: string): Promise<RunRecord | undefined> {
    return (await this.#index.find(id))?.read();
  }

  /** Whether a run that was located has ended, or is gone, as it was at most one second ago. */
  async hasEnded(location: RunLocation): Promise<boolean> {
    const record = await this.#index.reader(location)?.recent(MAX_AGE);
    return record === undefined || hasEnded(record.status);
  }

  /**
   * All runs, newest first, as they were at most one second ago, or five where changes are not announced and there are
   * many directories to look at; those whose storage does not answer as they last were. The same array as long as nothing
   * changed.
   */
  list(): Promise<readonly RunRecord[]> {
    const fresh = this.#snapshot.get(MAX_AGE);
    if (this.maxAge === MAX_AGE) return fresh;
    // Made anew in the background, so that those who keep asking need not wait.
    const recent = this.#snapshot.get(this.maxAge);
    if (recent !== fresh) this.#inBackground(fresh);
    return recent;
  }

  /** All runs, newest first, as they are now. The same array as long as nothing changed. */
  listNow(): Promise<readonly RunRecord[]> {
    return this.#snapshot.get();
  }

  /** How old, in milliseconds, a list may be. */
  get maxAge(): number {
    return this.#index.unwatched <= MOST_QUICKLY_LOOKED_AT ? MAX_AGE : SLOW_LIST_MAX_AGE;
  }

  /** Calls `hear` whenever the system announces that runs may have changed. @returns what ends that */
  onAnnouncement(hear: () => void): () => void {
    this.#hearing.add(hear);
    return () => this.#hearing.delete(hear);
  }

  /** The list that was made last; no list that anyone is given from now on is older. */
  get lastList(): readonly RunRecord[] {
    return this.#list;
  }

  /** Calls `take` with each list that is made and is not as the one before, sooner than anyone is given it. @returns what ends that */
  onList(take: (runs: readonly RunRecord[]) => void): () => void {
    this.#taking.add(take);
    return () => this.#taking.delete(take);
  }

  /** Begins to look for the runs, unless that goes on already, so that the first list comes soon. */
  discover(): void {
    if (this.#isDiscovering) return;
    this.#isDiscovering = true;
    // Not shared with those who ask for a list: it takes long, and they are to be given one that is new.
    const discovery = this.#readAll().finally(() => {
      this.#isDiscovering = false;
    });
    this.#inBackground(discovery);
  }

  /** Whether all runs have been found and read once. */
  get isDiscovered(): boolean {
    return this.#isDiscovered;
  }

  /** What keeps the storage root from being read now, without where it lies; null where nothing does. */
  rootFault(): Promise<string | null> {
    return rootFault(this.root);
  }

  /** Ends all watches, and what goes on in the background. */
  close(): void {
    this.#isClosed = true;
    this.#index.close();
    this.#watches?.close();
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error) => {
      if (!this.#isClosed) this.#warn(`cannot list the runs: ${error}`);
    });
  }

  async #takeSnapshot(): Promise<readonly RunRecord[]> {
    const records = await this.#readAll();
    if (!isSame(records, this.#records)) {
      this.#records = records;
      this.#list = records.filter((record) => record !== undefined).toSorted(newestFirst);
      for (const take of this.#taking) take(this.#list);
    }
    return this.#list;
  }

  async #readAll(): Promise<(RunRecord | undefined)[]> {
    const runs = await this.#index.list();
    const records = runs.map((run) => run.certain);
    const doubtful = runs.flatMap((_, place) => (records[place] === undefined ? [place] : []));
    await mapLimited(doubtful, async (place) => {
      if (this.#isClosed) throw new Error('the storage was closed');
      records[place] = await runs[place]?.readOrRecall();
    });
    this.#isDiscovered = true;
    return records;
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, place) => item === other[place]);
}
