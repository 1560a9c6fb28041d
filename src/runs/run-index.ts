import { mapLimited } from '../concurrency.ts';
import { StorageTimeout } from '../errors.ts';
import { SharedTask } from '../shared-task.ts';
import type { StorageBounds } from '../storage/files.ts';
import { Directory } from './directory.ts';
import type { DirectoryWatches } from './directory-watches.ts';
import type { IndexProblem } from './index-problem.ts';
import type { FileAccess } from './json-file.ts';
import type { RunLocation } from './layout.ts';
import { RunReader } from './run-reader.ts';

/** For so long, in milliseconds, the root is taken to be the directory that it was. */
const ROOT_MAX_AGE = 1000;

/** The ids that the Python SDK gives, like 20240101_120000_a1b2c3: a directory of that name is hardly a path segment. */
const SDK_RUN_ID = /^\d{8}_\d{6}_/;

/** A directory that is a run, and what reads it. */
interface Entry {
  readonly directory: Directory;
  readonly run: RunReader;
}

/**
 * Finds the runs of a storage root. A directory is looked at again only where no watch tells whether it changed, and read
 * again only where its stamp changed. An id is only ever looked up among the directories that were found, never made part
 * of a path.
 */
export class RunIndex {
  readonly #root: Directory;
  readonly #watches: DirectoryWatches | undefined;
  readonly #byId = new Map<string, readonly Entry[]>();
  readonly #rootLook = new SharedTask(() => this.#root.look());
  readonly #refresh = new SharedTask(() => this.#walk((directory) => !directory.isRun));
  readonly #survey = new SharedTask(() => this.#walk(() => true));
  readonly #report: (problem: IndexProblem) => void;
  readonly #reportedIds = new Set<string>();
  readonly #access: FileAccess;
  #unwatched = 0;
  #isSurveyed = false;
  #isClosed = false;

  /**
   * `report` is told of unreadable directories and duplicate ids, each once, and of refused files each time. A root that is
   * missing holds no runs. Without `watches` each list looks at everything. `announced` is called when the
   * system tells that something may have changed.
   */
  constructor(
    bounds: StorageBounds,
    report: (problem: IndexProblem) => void,
    watches?: DirectoryWatches,
    announced: () => void = () => undefined,
  ) {
    this.#report = report;
    this.#watches = watches;
    this.#access = { bounds, refused: (error) => report({ kind: 'refused-file', error }) };
    this.#root = new Directory(bounds.root, 'root', {
      watches,
      followSymlinks: bounds.followSymlinks,
      appeared: (run) => this.#add(run),
      vanished: (run) => this.#remove(run),
      announced,
      unreadable: (directory, code) => report({ kind: 'unreadable-directory', directory, code }),
    });
  }

  /** How many directories the last list had to look at for want of a watch. */
  get unwatched(): number {
    return this.#unwatched;
  }

  /**
   * The run of that id, if it is on disk now and not deleted. A known one takes no system call where it is watched and one
   * where it is not. For an unknown one the directories above the runs are looked at, but not the known runs; until
   * everything has been looked at once, the first found is taken, should there be several of that id. Rejects if the
   * process runs out of descriptors or memory, and with StorageTimeout if the run may lie where the storage does not answer.
   */
  async find(id: string): Promise<RunReader | undefined> {
    await this.#hearAnnouncements();
    if (this.#watches !== undefined) await this.#rootLook.get(ROOT_MAX_AGE);
    const known = (await this.#findKnown(id)) ?? (this.#isSurveyed ? undefined : await this.#search(id));
    if (known !== undefined) return known;
    const gap = await this.#refresh.get();
    const found = await this.#findKnown(id);
    if (found === undefined && gap !== undefined) throw gap;
    return found;
  }

  /** What reads the run that was found there; undefined if it is known to be gone. */
  reader({ id, directory }: RunLocation): RunReader | undefined {
    return this.#byId.get(id)?.find((entry) => entry.directory.location.directory === directory)?.run;
  }

  /**
   * All runs that are on disk now and not deleted, one an id, in no order; where the storage does not answer those that were
   * there when it last did. Takes one system call an unwatched directory.
   */
  async list(): Promise<RunReader[]> {
    await this.#hearAnnouncements();
    await this.#survey.get();
    this.#isSurveyed = true;
    const chosen: RunReader[] = [];
    const contested: [string, readonly Entry[]][] = [];
    for (const [id, entries] of this.#byId) {
      const [only, ...others] = entries.length === 1 ? entries : entries.filter(isServed);
      if (others.length > 0) contested.push([id, entries]);
      else if (only !== undefined && isServed(only)) chosen.push(only.run);
    }
    for (const run of await mapLimited(contested, ([id, entries]) => this.#choose(id, entries))) {
      if (run !== undefined) chosen.push(run);
    }
    return chosen;
  }

  /** Lets what is under way come to nothing. */
  close(): void {
    this.#isClosed = true;
  }

  /** What has been announced by now, but not yet told to this process, is told in this turn of the event loop or the next. */
  async #hearAnnouncements(): Promise<void> {
    if (this.#watches === undefined) return;
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
  }

  /**
   * Looks at the root, and downwards at every directory that `isWanted` when its turn comes. @returns why some stayed as they
   * were when their storage last answered; undefined where all were seen
   */
  async #walk(isWanted: (directory: Directory) => boolean): Promise<StorageTimeout | undefined> {
    let unwatched = 0;
    let gap: StorageTimeout | undefined;
    for (let level = [this.#root]; level.length > 0; level = childrenOf(level, isWanted)) {
      gap = (await this.#tryToLookAt(level)) ?? gap;
      unwatched += level.filter((directory) => !directory.isWatched).length;
    }
    this.#unwatched = unwatched;
    return gap;
  }

  /** Looks for the run where it is most likely to be. */
  async #search(id: string): Promise<RunReader | undefined> {
    const isNamed = ({ name }: Directory) => name === id;
    const isWanted = (directory: Directory) => isNamed(directory) || !SDK_RUN_ID.test(directory.name);
    for (let level = [this.#root]; level.length > 0; level = childrenOf(level, isWanted)) {
      await this.#tryToLookAt(level.filter(isNamed));
      const found = await this.#findKnown(id);
      if (found !== undefined) return found;
      await this.#tryToLookAt(level);
    }
    return undefined;
  }

  async #lookAt(directories: readonly Directory[]): Promise<void> {
    const unknown = directories.filter((directory) => !directory.isKnown);
    await mapLimited(unknown, async (directory) => {
      if (this.#isClosed) throw new Error('the storage was closed');
      await directory.look();
    });
  }

  /** The same for all of them that answer. @returns why others do not, if any */
  async #tryToLookAt(directories: readonly Directory[]): Promise<StorageTimeout | undefined> {
    const unknown = directories.filter((directory) => !directory.isKnown);
    let gap: StorageTimeout | undefined;
    await mapLimited(unknown, async (directory) => {
      try {
        await this.#lookAt([directory]);
      } catch (error) {
        if (!(error instanceof StorageTimeout)) throw error;
        gap = error;
      }
    });
    return gap;
  }

  async #findKnown(id: string): Promise<RunReader | undefined> {
    const entries = this.#byId.get(id) ?? [];
    await this.#lookAt(entries.map(({ directory }) => directory));
    return this.#choose(id, entries);
  }

  /** The run that serves for the id: of the current layout before the legacy one, then the newest. */
  async #choose(id: string, entries: readonly Entry[]): Promise<RunReader | undefined> {
    const served = entries.filter(isServed);
    if (served.length < 2) return served[0]?.run;
    const ranked = await mapLimited(served, async ({ directory, run }) => ({
      run,
      isLegacy: directory.place === 'legacy-run',
      createdAt: (await run.readOrRecall())?.createdAt ?? Number.NEGATIVE_INFINITY,
    }));
    ranked.sort(
      (a, b) =>
        Number(a.isLegacy) - Number(b.isLegacy) ||
        b.createdAt - a.createdAt ||
        (a.run.location.directory < b.run.location.directory ? -1 : 1),
    );
    const [first, ...others] = ranked.map(({ run }) => run);
    if (first !== undefined) this.#reportDuplicates(id, first, others);
    return first;
  }

  #reportDuplicates(id: string, first: RunReader, others: readonly RunReader[]): void {
    if (this.#reportedIds.has(id)) return;
    this.#reportedIds.add(id);
    const ignored = others.map(({ location }) => location.directory);
    this.#report({ kind: 'duplicate-id', id, served: first.location.directory, ignored });
  }

  #add(directory: Directory): void {
    const { id } = directory.location;
    const run = new RunReader(directory.location, this.#access, directory);
    this.#byId.set(id, [...(this.#byId.get(id) ?? []), { directory, run }]);
  }

  #remove(directory: Directory): void {
    const { id } = directory.location;
    const others = this.#byId.get(id)?.filter((entry) => entry.directory !== directory) ?? [];
    if (others.length > 0) this.#byId.set(id, others);
    else this.#byId.delete(id);
  }
}

function isServed({ directory }: Entry): boolean {
  return directory.isServed;
}

function childrenOf(level: readonly Directory[], isWanted: (directory: Directory) => boolean): Directory[] {
  return level.flatMap(({ children }) => Array.from(children)).filter(isWanted);
}
