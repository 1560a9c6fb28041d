import { SharedTask } from '../shared-task.ts';
import { mapLimited } from './concurrency.ts';
import { Directory } from './directory.ts';
import type { RunLocation } from './layout.ts';
import { RunReader } from './run-record.ts';

/**
 * Finds the runs of a storage root. A directory is read again only where its stamp changed. An id is only ever looked up
 * among the directories that were found, never made part of a path.
 */
export class RunIndex {
  readonly #root: Directory;
  readonly #byId = new Map<string, readonly Directory[]>();
  readonly #refresh = new SharedTask(() => this.#walk((directory) => !directory.isRun));
  readonly #survey = new SharedTask(() => this.#walk(() => true));
  readonly #warn: (message: string) => void;
  readonly #warnedOf = new Set<string>();
  /** For the age of runs that share an id. */
  readonly #readers = new WeakMap<Directory, RunReader>();

  /** `warn` is told of unreadable directories and duplicate ids, each once. A root that is missing holds no runs. */
  constructor(root: string, warn: (message: string) => void) {
    this.#warn = warn;
    this.#root = new Directory(root, 'root', [], {
      appeared: (run) => this.#add(run),
      vanished: (run) => this.#remove(run),
      warn,
    });
  }

  /**
   * The run of that id, if it is on disk now and not deleted. A known one takes a constant number of system calls; for
   * an unknown one the directories above the runs are looked at, but not the known runs. Rejects only if the process runs
   * out of descriptors or memory.
   */
  async find(id: string): Promise<RunLocation | undefined> {
    const known = await this.#findKnown(id);
    if (known !== undefined) return known;
    await this.#refresh.get();
    return this.#findKnown(id);
  }

  /** All runs that are on disk now and not deleted, one an id, in no order. Takes one system call a run. */
  async list(): Promise<RunLocation[]> {
    await this.#survey.get();
    const chosen = await mapLimited([...this.#byId], ([id, runs]) => this.#choose(id, runs));
    return chosen.filter((location) => location !== undefined);
  }

  /** Looks at the root, and downwards at every directory that `isWanted` when its turn comes. */
  async #walk(isWanted: (directory: Directory) => boolean): Promise<void> {
    let level = [this.#root];
    while (level.length > 0) {
      await mapLimited(level, (directory) => directory.look());
      level = level.flatMap(({ children }) => Array.from(children)).filter(isWanted);
    }
  }

  async #findKnown(id: string): Promise<RunLocation | undefined> {
    const runs = this.#byId.get(id) ?? [];
    await mapLimited(runs, (run) => run.look());
    return this.#choose(id, runs);
  }

  /** The run that serves for the id: of the current layout before the legacy one, then the newest. */
  async #choose(id: string, runs: readonly Directory[]): Promise<RunLocation | undefined> {
    const served = runs.filter((run) => run.isServed);
    if (served.length < 2) return served[0]?.location;
    const ranked = await mapLimited(served, async (run) => ({ run, createdAt: await this.#createdAt(run) }));
    ranked.sort(
      (a, b) =>
        Number(isLegacy(a.run)) - Number(isLegacy(b.run)) ||
        b.createdAt - a.createdAt ||
        (a.run.location.directory < b.run.location.directory ? -1 : 1),
    );
    const [first, ...others] = ranked.map(({ run }) => run.location);
    this.#warnOfDuplicates(id, first, others);
    return first;
  }

  async #createdAt(run: Directory): Promise<number> {
    const reader = this.#readers.get(run) ?? new RunReader(run.location);
    this.#readers.set(run, reader);
    return (await reader.createdAt()) ?? Number.NEGATIVE_INFINITY;
  }

  #warnOfDuplicates(id: string, first: RunLocation | undefined, others: readonly RunLocation[]): void {
    if (this.#warnedOf.has(id)) return;
    this.#warnedOf.add(id);
    const ignored = others.map(({ directory }) => directory).join(', ');
    this.#warn(`run id ${id} occurs more than once: serving ${first?.directory}, not ${ignored}`);
  }

  #add(run: Directory): void {
    const { id } = run.location;
    this.#byId.set(id, [...(this.#byId.get(id) ?? []), run]);
  }

  #remove(run: Directory): void {
    const { id } = run.location;
    const others = this.#byId.get(id)?.filter((other) => other !== run) ?? [];
    if (others.length > 0) this.#byId.set(id, others);
    else this.#byId.delete(id);
  }
}

function isLegacy(run: Directory): boolean {
  return run.place === 'legacy-run';
}
