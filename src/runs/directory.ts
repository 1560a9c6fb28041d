import { type Dirent, type FSWatcher, readdir, type WatchEventType } from 'node:fs';
import { basename, join } from 'node:path';
import { storageCalls } from '../storage/storage-calls.ts';
import { isAbsence, isPathError } from '../system-error.ts';
import type { ChangeListener, DirectoryWatches } from './directory-watches.ts';
import {
  isRecordFile,
  isTransient,
  type Place,
  placeOfChild,
  type Role,
  type RunLocation,
  roleOf,
  runPath,
} from './layout.ts';
import { isSameInode, isUnchanged, lstatOf, type Stamp, stampOf, statOf } from './stamp.ts';

/** What directories have in common: how to watch them, if they are to be, and who is told of what looks at them bring. */
export interface Surroundings {
  readonly watches: DirectoryWatches | undefined;
  /** Whether links to directories are followed; those behind such a link never are, so that all ways have an end. */
  readonly followSymlinks: boolean;
  /** The directory became a run, perhaps a deleted one. */
  appeared(run: Directory): void;
  /** The directory is no run any more. */
  vanished(run: Directory): void;
  /** The system told that a directory may not be as it was when last looked at. */
  announced(): void;
  /** The directory is there, but cannot be read. Of each once, until it could be. */
  unreadable(directory: string, code: string): void;
}

/** The names in a directory as one look found them; without a stamp they hold for that look only. */
interface Reading {
  readonly stamp: Stamp | undefined;
  readonly entries: readonly Dirent[];
}

const NONE: ReadonlyMap<string, Directory> = new Map();

/**
 * A directory of a storage root, as it was when last looked at. Nothing below a run is known. While it is watched, a look
 * costs nothing unless a change was announced.
 */
export class Directory implements ChangeListener {
  /** Its name in the directory that it is in; of the root, its path. */
  readonly name: string;
  readonly place: Place;
  readonly #surroundings: Surroundings;
  readonly #parent: Directory | undefined;
  readonly #isLink: boolean;
  #location: RunLocation | undefined;
  #children = NONE;
  #role: Role = 'branch';
  #hasLinks = false;
  #stamp: Stamp | undefined;
  #looksBegun = 0;
  /** The last begun of the looks that this state is as good as. */
  #lookHeld = 0;
  #looking: Promise<void> | undefined;
  #watcher: FSWatcher | undefined;
  /** Changes that were announced, and how many of them the last look begun came after. */
  #announced = 0;
  #lookedAfter = -1;
  #isDetached = false;
  #isReported = false;

  /** @param isLink whether it was found as a link, which may lead to a directory or not */
  constructor(name: string, place: Place, surroundings: Surroundings, parent?: Directory, isLink = false) {
    this.name = name;
    this.place = place;
    this.#surroundings = surroundings;
    this.#parent = parent;
    this.#isLink = isLink;
  }

  get location(): RunLocation {
    // Not made before it is needed: a directory may list thousands of others, all in one turn of the event loop.
    this.#location ??= this.#locate();
    return this.#location;
  }

  /** Whether it is a run, deleted or not. */
  get isRun(): boolean {
    return this.#role !== 'branch';
  }

  /** Whether it is a run that is not deleted. */
  get isServed(): boolean {
    return this.#role === 'run';
  }

  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Whether a look would bring nothing new. That the root has been replaced may go unannounced, so it never knows. */
  get isKnown(): boolean {
    return this.place !== 'root' && this.#isHeld && this.#looking === undefined;
  }

  /**
   * A number that is another once anything in the directory changed that a record of the run is made from; undefined where
   * such changes are not announced.
   */
  get announcedChanges(): number | undefined {
    return this.isWatched && !this.#hasLinks ? this.#announced : undefined;
  }

  get children(): Iterable<Directory> {
    return this.#children.values();
  }

  get #isHeld(): boolean {
    return this.isWatched && this.#lookedAfter === this.#announced;
  }

  /** Brings what is known of this directory itself up to date: one system call if it did not change, none if that is known. */
  async look(): Promise<void> {
    if (this.isKnown) return;
    if (this.place === 'root' || !this.#isHeld) this.#beginLook();
    await this.#looking;
  }

  #locate(): RunLocation {
    if (this.#parent === undefined) return { id: basename(this.name), directory: this.name, path: null };
    const directory = join(this.#parent.location.directory, this.name);
    return { id: this.name, directory, path: runPath(this.place, this.#namesFromRoot()) };
  }

  #namesFromRoot(): string[] {
    return this.#parent === undefined ? [] : [...this.#parent.#namesFromRoot(), this.name];
  }

  #beginLook(): void {
    this.#lookedAfter = this.#announced;
    const looking = this.#look().finally(() => {
      if (this.#looking === looking) this.#looking = undefined;
    });
    this.#looking = looking;
  }

  async #look(): Promise<void> {
    const look = ++this.#looksBegun;
    const reading = await this.#read();
    // Looks overlap, and a slow one must not undo what a later one saw.
    if (this.#isDetached || look < this.#lookHeld) return;
    this.#lookHeld = look;
    if (reading === 'unchanged') return;
    this.#stamp = reading?.stamp;
    this.#update(reading);
  }

  /** Undefined if there is no such directory (any more). Throws StorageTimeout. */
  async #read(): Promise<Reading | 'unchanged' | undefined> {
    const path = this.location.directory;
    try {
      const askedAt = Date.now();
      const watcher = this.#watcher;
      const ask = this.place === 'root' || this.#isLink ? statOf : lstatOf;
      const stats = await storageCalls.run(path, () => ask(path));
      if (!stats.isDirectory()) return undefined;
      const stamp = stampOf(stats, askedAt);
      if (this.#isBehindLink && this.#isBelow(stamp)) return undefined;
      if (this.#stamp !== undefined && !isSameInode(this.#stamp, stamp)) this.#distrust();
      await this.#watch(stats.dev);
      // A change between the call and the beginning of a watch was not announced, and does not show in the stamp.
      if (this.#watcher === watcher && isUnchanged(this.#stamp, stamp)) return 'unchanged';
      const entries = await storageCalls.run(path, () => entriesOf(path));
      this.#isReported = false;
      return { stamp, entries };
    } catch (error) {
      // What is not there or cannot be read has no watch that would tell of it.
      this.#distrust();
      if (isAbsence(error)) return undefined;
      if (!isPathError(error)) throw error;
      if (!this.#isReported) this.#surroundings.unreadable(path, error.code);
      this.#isReported = true;
      return { stamp: undefined, entries: [] };
    }
  }

  /** Whether the directory with that stamp is above this one, as one is that a link leads back to. */
  #isBelow(stamp: Stamp): boolean {
    const above = this.#parent;
    if (above === undefined) return false;
    return (above.#stamp !== undefined && isSameInode(above.#stamp, stamp)) || above.#isBelow(stamp);
  }

  get #isBehindLink(): boolean {
    return this.#parent === undefined ? false : this.#isLink || this.#parent.#isBehindLink;
  }

  /** Only the watch of the parent tells that this directory was replaced, and nothing that a link leads elsewhere. */
  async #watch(device: bigint): Promise<void> {
    const { watches } = this.#surroundings;
    const mayWatch = () => !this.isWatched && !this.#isDetached && !this.#isLink && (this.#parent?.isWatched ?? true);
    if (watches === undefined || !mayWatch()) return;
    const path = this.location.directory;
    if (!(await storageCalls.run(path, () => watches.tellsOf(device, path))) || !mayWatch()) return;
    this.#watcher = watches.watch(path, this);
  }

  /** For its watch to tell. */
  changed(name: string | null, event: WatchEventType): void {
    if (this.#heed(name, event)) this.#surroundings.announced();
  }

  /** @returns whether something may not be as it was when last looked at */
  #heed(name: string | null, event: WatchEventType): boolean {
    // Under its own name the root is told of what happens to itself.
    if (name === null || (this.place === 'root' && name === this.location.id)) {
      this.#distrust();
      return true;
    }
    const child = this.#children.get(name);
    if (child !== undefined) child.#distrust();
    // Files that grow say nothing about the run, and the logs and metrics of a live run grow all the time.
    const isOurs = event === 'rename' ? !(this.isRun && isTransient(name)) : isRecordFile(name);
    if (isOurs) this.#announce();
    return isOurs || child !== undefined;
  }

  #announce(): void {
    this.#announced += 1;
  }

  /** From now on nothing is known of this directory, nor of what is below it, until each is looked at again. */
  #distrust(): void {
    this.#announce();
    if (this.#watcher !== undefined) this.#surroundings.watches?.end(this.#watcher);
    this.#watcher = undefined;
    for (const child of this.children) child.#distrust();
  }

  #update(reading: Reading | undefined): void {
    const entries = reading?.entries ?? [];
    const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
    this.#hasLinks = entries.some((entry) => entry.isSymbolicLink() && isRecordFile(entry.name));
    this.#setRole(reading === undefined ? 'branch' : roleOf(this.place, files));
    const followLinks = this.#surroundings.followSymlinks && !this.#isBehindLink;
    const isBranch = (entry: Dirent) => entry.isDirectory() || (followLinks && entry.isSymbolicLink());
    this.#setChildren(this.isRun ? [] : entries.filter(isBranch));
  }

  #setRole(role: Role): void {
    const wasRun = this.isRun;
    this.#role = role;
    if (this.isRun && !wasRun) this.#surroundings.appeared(this);
    if (!this.isRun && wasRun) this.#surroundings.vanished(this);
  }

  #setChildren(entries: readonly Dirent[]): void {
    const children = new Map<string, Directory>();
    for (const entry of entries) {
      const { name } = entry;
      const place = placeOfChild(this.place, name);
      if (place === undefined) continue;
      const isLink = entry.isSymbolicLink();
      const known = this.#children.get(name);
      const isKnown = known !== undefined && known.#isLink === isLink;
      children.set(name, isKnown ? known : new Directory(name, place, this.#surroundings, this, isLink));
    }
    const before = this.#children;
    this.#children = children.size === 0 ? NONE : children;
    for (const [name, child] of before) if (children.get(name) !== child) child.#detach();
  }

  #detach(): void {
    this.#isDetached = true;
    this.#distrust();
    this.#setRole('branch');
    for (const child of this.children) child.#detach();
  }
}

function entriesOf(path: string): Promise<Dirent[]> {
  return new Promise((resolve, reject) => {
    readdir(path, { withFileTypes: true }, (error, entries) => (error === null ? resolve(entries) : reject(error)));
  });
}
