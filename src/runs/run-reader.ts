import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StorageTimeout } from '../errors.ts';
import type { StorageBounds } from '../storage/files.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isPathError } from '../system-error.ts';
import { type FileAccess, JsonFile } from './json-file.ts';
import type { RunLocation } from './layout.ts';
import { creationTime, type RunRecord, recordOf } from './run-record.ts';
import { isStatusLasting, reportedStatus } from './run-status.ts';
import { lstatOf, statOf } from './stamp.ts';

/** The small files of a run, each read again only after it changed. */
interface SmallFiles {
  readonly meta: JsonFile;
  readonly status: JsonFile;
  readonly summary: JsonFile;
  readonly assets: JsonFile;
}

/** Who knows of changes in the directory of a run. */
export interface Announcer {
  /** A number that is another once a file or the directory changed; undefined while nobody tells of that. */
  readonly announcedChanges: number | undefined;
}

/** What was read last. */
interface Held {
  /** In milliseconds of performance.now(), when the reading began. */
  readonly readAt: number;
  /** How many changes had been announced then; undefined where they are not. */
  readonly changes: number | undefined;
  /** With the status as it is on disk. */
  readonly written: RunRecord;
  /** With the status to report. */
  readonly record: RunRecord;
}

/** A reading that is under way. */
interface Reading {
  readonly changes: number | undefined;
  readonly result: Promise<RunRecord | undefined>;
}

/** Reads the record of one run, and its files only where they may have changed. */
export class RunReader {
  readonly location: RunLocation;
  readonly #access: FileAccess;
  readonly #announcer: Announcer | undefined;
  #files: SmallFiles | undefined;
  #held: Held | undefined;
  #reading: Reading | undefined;

  constructor(location: RunLocation, access: FileAccess, announcer?: Announcer) {
    this.location = location;
    this.#access = access;
    this.#announcer = announcer;
  }

  /** What is known of the run, if that certainly still holds. */
  get certain(): RunRecord | undefined {
    const held = this.#held;
    if (held === undefined || !this.#isUnchangedSince(held)) return undefined;
    return isStatusLasting(held.written, held.record.status) ? held.record : undefined;
  }

  /** What is known of the run now; undefined if its directory vanished. Throws StorageTimeout. */
  async read(): Promise<RunRecord | undefined> {
    if (this.certain !== undefined) return this.certain;
    if (this.#reading === undefined || !this.#isUnchangedSince(this.#reading)) this.#begin();
    return this.#reading?.result;
  }

  /** What is known of the run now, or was when its storage last answered. */
  async readOrRecall(): Promise<RunRecord | undefined> {
    try {
      return await this.read();
    } catch (error) {
      if (error instanceof StorageTimeout) return this.#held?.record;
      throw error;
    }
  }

  /** What was known of the run at most `maxAge` milliseconds ago. */
  async recent(maxAge: number): Promise<RunRecord | undefined> {
    const held = this.#held;
    return held !== undefined && performance.now() - held.readAt < maxAge ? held.record : await this.read();
  }

  #isUnchangedSince({ changes }: Held | Reading): boolean {
    return changes !== undefined && changes === this.#announcer?.announcedChanges;
  }

  #begin(): void {
    const changes = this.#announcer?.announcedChanges;
    const result = this.#read(changes).finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    const reading = { changes, result };
    this.#reading = reading;
  }

  async #read(changes: number | undefined): Promise<RunRecord | undefined> {
    const readAt = performance.now();
    const held = this.#held;
    const isCertain = held !== undefined && this.#isUnchangedSince(held);
    const read = isCertain ? held.written : await this.#readFiles();
    // The stamps of files are many; they are of no use where changes are announced.
    if (changes !== undefined) this.#files = undefined;
    if (read === undefined) {
      this.#held = undefined;
      return undefined;
    }
    // What says the same is the same: whoever holds a record sees at once that nothing changed.
    const written = held !== undefined && isDeepStrictEqual(read, held.written) ? held.written : read;
    const status = await reportedStatus(written);
    const isSame = written === held?.written && status === held.record.status;
    const record = isSame ? held.record : status === written.status ? written : { ...written, status };
    this.#held = { readAt, changes, written, record };
    return record;
  }

  async #readFiles(): Promise<RunRecord | undefined> {
    this.#files ??= smallFiles(this.location.directory, this.#access);
    const files = this.#files;
    const [meta, status, summary, assets] = await Promise.all([
      files.meta.read(),
      files.status.read(),
      files.summary.read(),
      files.assets.read(),
    ]);
    let createdAt = creationTime(meta);
    if (createdAt === null || status === undefined) {
      // Files that are missing may be so because the whole run is.
      const directoryTime = await modifiedAt(this.location.directory, this.#access.bounds);
      if (directoryTime === undefined) return undefined;
      createdAt ??= directoryTime;
    }
    return recordOf(this.location, createdAt, meta ?? {}, status ?? {}, summary ?? null, assets ?? {});
  }
}

function smallFiles(directory: string, access: FileAccess): SmallFiles {
  const file = (name: string) => new JsonFile(join(directory, name), access);
  return {
    meta: file('meta.json'),
    status: file('status.json'),
    summary: file('summary.json'),
    assets: file('assets.json'),
  };
}

/** Unix seconds; undefined if there is no such directory. */
async function modifiedAt(directory: string, { followSymlinks }: StorageBounds): Promise<number | undefined> {
  try {
    const ask = followSymlinks ? statOf : lstatOf;
    const { mtimeNs } = await storageCalls.run(directory, () => ask(directory));
    return Number(mtimeNs / 1000n) / 1e6;
  } catch (error) {
    if (isPathError(error)) return undefined;
    throw error;
  }
}
