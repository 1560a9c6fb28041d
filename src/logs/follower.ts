import type { BigIntStats } from 'node:fs';
import { FileFollower, type Sight } from '../following/file-follower.ts';
import type { FollowedFile } from '../following/followed-file.ts';
import type { StorageBounds } from '../storage/files.ts';
import type { IndexStore } from './index-store.ts';
import type { ResetReason } from './log-event.ts';
import { FileChanged, LogFile, statLog } from './log-file.ts';
import { openRotated } from './rotations.ts';

/** Watches the log at one path for all who read it, and keeps its files in the order in which they came. */
export class Follower extends FileFollower {
  readonly #bounds: StorageBounds;
  readonly #indexes: IndexStore;
  #current: LogFile | undefined;
  #isThere = false;

  constructor(source: FollowedFile, bounds: StorageBounds, indexes: IndexStore) {
    super(source);
    this.#bounds = bounds;
    this.#indexes = indexes;
  }

  /** The file that the log is, or was when there last was one; undefined where there is nothing to be read. */
  get current(): LogFile | undefined {
    return this.#current;
  }

  /** The file that the log is now; undefined while there is none, since the last one was removed. */
  get present(): LogFile | undefined {
    return this.#isThere ? this.#current : undefined;
  }

  /** Opens the files that the log was rotated to, from one inode number up to but without the other. */
  openRotated(first: string, end: string | undefined): Promise<readonly LogFile[]> {
    return openRotated(this.path, this.#bounds, first, end);
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#current === undefined) return;
    await this.#indexes.keep(this.#current).catch(() => undefined);
    await this.#current.release();
  }

  protected override async lookAtFile(): Promise<Sight> {
    return (await this.#lookAtLog()) ? 'changed' : 'same';
  }

  protected override complete(): void {
    this.#current?.releaseHalfLine();
  }

  /** @returns whether the log changed */
  async #lookAtLog(): Promise<boolean> {
    const current = this.#current;
    const stats = await statLog(this.path);
    const wasThere = this.#isThere;
    // One that was renamed may still be written to, until the next one begins.
    this.#isThere = stats !== undefined || (current !== undefined && (await current.hasName()));
    if (current === undefined) return this.#begin();
    const isSame = stats !== undefined && String(stats.ino) === current.inode;
    // Where a rotation begins the new file, the old one is written to until the writer knows of it.
    const isAwaited = stats === undefined || (stats.size === 0n && (await current.hasName()));
    if (isSame || isAwaited) {
      const grew = await refreshed(current, isSame ? stats : undefined);
      if (grew) this.changedAt = performance.now();
      if (grew !== undefined) return grew || wasThere !== this.#isThere;
      current.declareVoid();
    }
    return stats === undefined
      ? this.#lose(current)
      : this.#turnTo(await LogFile.open(this.path, this.#bounds), current);
  }

  async #begin(): Promise<boolean> {
    const file = await LogFile.open(this.path, this.#bounds);
    if (file === undefined) return false;
    await this.#indexes.restore(file);
    this.#setCurrent(file);
    return true;
  }

  /** Nothing of the log is left. */
  async #lose(current: LogFile): Promise<boolean> {
    this.#current = undefined;
    await current.release();
    return true;
  }

  /** The log is another file now, or the same with another content: of a rotated one the rest comes first. */
  async #turnTo(file: LogFile | undefined, old: LogFile): Promise<boolean> {
    if (file === undefined) return false;
    try {
      if (file.inode === old.inode) await this.#take(file, old, old, 'truncated');
      else await this.#turnToOther(file, old);
    } catch (error) {
      await file.release();
      throw error;
    }
    return true;
  }

  async #turnToOther(file: LogFile, old: LogFile): Promise<void> {
    if ((await refreshed(old)) === undefined) old.declareVoid();
    old.releaseHalfLine();
    const [rotated, ...between] = await this.openRotated(old.inode, file.inode);
    // In this order: one that is removed after it was listed was rotated nevertheless.
    const isRotated = rotated !== undefined || (!old.isVoid && (await old.hasName()));
    let last = old;
    if (rotated !== undefined && old.isVoid) last = append(last, rotated, 'truncated');
    for (const next of between) last = append(last, next, 'rotated');
    await this.#take(file, old, last, isRotated ? 'rotated' : 'replaced');
    await rotated?.release();
    for (const next of between) await next.release();
  }

  /** @param old the current file so far @param last what the new one comes after: it, or what came between */
  async #take(file: LogFile, old: LogFile, last: LogFile, reason: ResetReason): Promise<void> {
    last.succeed(file, reason);
    this.#setCurrent(file);
    await old.release();
  }

  #setCurrent(file: LogFile): void {
    this.#current = file;
    // A file that has lain there for long need not be waited for.
    this.changedAt = performance.now() - Math.max(0, Date.now() - file.modifiedMs);
  }
}

/** @returns `next`, which is complete and comes after `last` */
function append(last: LogFile, next: LogFile, reason: ResetReason): LogFile {
  next.releaseHalfLine();
  last.succeed(next, reason);
  return next;
}

/** @returns whether the file grew; undefined where it does not hold any more what was read of it */
async function refreshed(file: LogFile, stats?: BigIntStats): Promise<boolean | undefined> {
  if (file.isVoid) return undefined;
  try {
    return await file.refresh(stats);
  } catch (error) {
    if (error instanceof FileChanged) return undefined;
    throw error;
  }
}
