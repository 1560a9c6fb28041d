import { type Dirent, readdir } from 'node:fs';
import { basename, join } from 'node:path';
import { isAbsence, isPathError } from '../system-error.ts';
import { type Place, placeOfChild, type Role, type RunLocation, roleOf, runPath } from './layout.ts';
import { isUnchanged, lstatOf, type Stamp, stampOf, statOf } from './stamp.ts';

/** Who is told of what looks at directories bring. */
export interface Observer {
  /** The directory became a run, perhaps a deleted one. */
  appeared(run: Directory): void;
  /** The directory is no run any more. */
  vanished(run: Directory): void;
  warn(message: string): void;
}

/** The names in a directory as one look found them; without a stamp they hold for that look only. */
interface Reading {
  readonly stamp: Stamp | undefined;
  readonly entries: readonly Dirent[];
}

/** A directory of a storage root, as it was when last looked at. Nothing below a run is known. */
export class Directory {
  readonly place: Place;
  readonly location: RunLocation;
  readonly #names: readonly string[];
  readonly #observer: Observer;
  readonly #children = new Map<string, Directory>();
  #role: Role = 'branch';
  #stamp: Stamp | undefined;
  #looksBegun = 0;
  /** The last begun of the looks that this state is as good as. */
  #lookHeld = 0;
  #isDetached = false;
  #isWarnedOf = false;

  /** `names`: from the storage root down to this directory. */
  constructor(path: string, place: Place, names: readonly string[], observer: Observer) {
    this.place = place;
    this.location = { id: basename(path), directory: path, path: runPath(place, names) };
    this.#names = names;
    this.#observer = observer;
  }

  /** Whether it is a run, deleted or not. */
  get isRun(): boolean {
    return this.#role !== 'branch';
  }

  /** Whether it is a run that is not deleted. */
  get isServed(): boolean {
    return this.#role === 'run';
  }

  get children(): Iterable<Directory> {
    return this.#children.values();
  }

  /** Brings what is known of this directory itself up to date: one system call if it did not change. */
  async look(): Promise<void> {
    const look = ++this.#looksBegun;
    const reading = await this.#read();
    // Looks overlap, and a slow one must not undo what a later one saw.
    if (this.#isDetached || look < this.#lookHeld) return;
    this.#lookHeld = look;
    if (reading === 'unchanged') return;
    this.#stamp = reading?.stamp;
    this.#update(reading);
  }

  /** Undefined if there is no such directory (any more). */
  async #read(): Promise<Reading | 'unchanged' | undefined> {
    const path = this.location.directory;
    try {
      const askedAt = Date.now();
      // Links are not followed below the root, but the root may be one.
      const stats = await (this.place === 'root' ? statOf(path) : lstatOf(path));
      if (!stats.isDirectory()) return undefined;
      const stamp = stampOf(stats, askedAt);
      if (isUnchanged(this.#stamp, stamp)) return 'unchanged';
      const entries = await entriesOf(path);
      this.#isWarnedOf = false;
      return { stamp, entries };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      if (!isPathError(error)) throw error;
      if (!this.#isWarnedOf) this.#observer.warn(`cannot read directory ${path}: ${error.code}`);
      this.#isWarnedOf = true;
      return { stamp: undefined, entries: [] };
    }
  }

  #update(reading: Reading | undefined): void {
    const entries = reading?.entries ?? [];
    const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
    this.#setRole(reading === undefined ? 'branch' : roleOf(this.place, files));
    this.#setChildren(this.isRun ? [] : entries.filter((entry) => entry.isDirectory()));
  }

  #setRole(role: Role): void {
    const wasRun = this.isRun;
    this.#role = role;
    if (this.isRun && !wasRun) this.#observer.appeared(this);
    if (!this.isRun && wasRun) this.#observer.vanished(this);
  }

  #setChildren(entries: readonly Dirent[]): void {
    const gone = new Map(this.#children);
    for (const { name } of entries) {
      const place = placeOfChild(this.place, name);
      if (place === undefined || gone.delete(name)) continue;
      const path = join(this.location.directory, name);
      this.#children.set(name, new Directory(path, place, [...this.#names, name], this.#observer));
    }
    for (const [name, child] of gone) {
      this.#children.delete(name);
      child.#detach();
    }
  }

  #detach(): void {
    this.#isDetached = true;
    this.#setRole('branch');
    for (const child of this.#children.values()) child.#detach();
  }
}

function entriesOf(path: string): Promise<Dirent[]> {
  return new Promise((resolve, reject) => {
    readdir(path, { withFileTypes: true }, (error, entries) => (error === null ? resolve(entries) : reject(error)));
  });
}
