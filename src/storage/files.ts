import {
  type BigIntStats,
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { type FileHandle, open as openHandle, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataUnreadable } from '../errors.ts';
import { isSystemError } from '../system-error.ts';
import { storageCalls } from './storage-calls.ts';

/**
 * What of a storage may be opened: regular files that lie below its root, whatever links lead to them; where links are
 * followed, also those elsewhere. Plain, so that it can be handed to a thread.
 */
export interface StorageBounds {
  /** Opening is fastest where this is a real path, as resolveStorageRoot gives it. */
  readonly root: string;
  /** Whether links may lead out of the storage. */
  readonly followSymlinks: boolean;
}

/** Not to wait for a writer: opening a FIFO that has none would block for ever. */
const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

const LEADS_OUT = 'a symbolic link leads out of the storage, which only --follow-symlinks allows';

// Each way of opening has what its callers need: a thread waits for nobody, and small files come by the ten thousand,
// for which the callback API is three times as fast as handles. All throw DataUnreadable for what is not to be opened,
// and else what the system says.

/** Opens a file of a storage for reading. Throws StorageTimeout too. */
export function openFile(path: string, bounds: StorageBounds): Promise<FileHandle> {
  return storageCalls.run(dirname(path), () => openRegular(path, bounds), closeBehind);
}

/**
 * Nobody waits for it: it comes after the calls that are under way, which may be stuck. What goes wrong loses nothing, since
 * nothing was written.
 */
export function closeBehind(file: FileHandle): void {
  file.close().catch(() => undefined);
}

async function openRegular(path: string, bounds: StorageBounds): Promise<FileHandle> {
  // Looked at before it is opened, since that can have effects of its own on a device.
  requireRegular(path, await stat(path));
  const file = await openHandle(path, WITHOUT_WAITING);
  try {
    check(path, file.fd, await file.stat({ bigint: true }), bounds);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The same for a thread that may wait. @returns a descriptor */
export function openFileSync(path: string, bounds: StorageBounds): number {
  requireRegular(path, statSync(path));
  const fd = openSync(path, WITHOUT_WAITING);
  try {
    check(path, fd, fstatSync(fd, { bigint: true }), bounds);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The same for a small file that was just seen to be a regular one; it is closed when it was read.
 *
 * @param read is given a descriptor, and what the file is
 */
export async function readFile<T>(
  path: string,
  bounds: StorageBounds,
  read: (fd: number, stats: BigIntStats) => Promise<T>,
): Promise<T> {
  const fd = await promised<number>((answer) => open(path, WITHOUT_WAITING, answer));
  try {
    const stats = await promised<BigIntStats>((answer) => fstat(fd, { bigint: true }, answer));
    check(path, fd, stats, bounds);
    return await read(fd, stats);
  } finally {
    await promised<undefined>((answer) => close(fd, (error) => answer(error ?? null, undefined)));
  }
}

/**
 * A path for whoever wants to open by itself what is open as `fd`: on Linux it leads to that very file for as long as it
 * is open, whatever becomes of its name.
 */
export function pathOfOpen(fd: number, path: string): string {
  return realNameOf(fd) === undefined ? realpathSync.native(path) : nameInProc(fd);
}

/** Looks at what was opened rather than at its path, which may lead elsewhere a moment later. */
function check(path: string, fd: number, stats: BigIntStats, { root, followSymlinks }: StorageBounds): void {
  requireRegular(path, stats);
  if (followSymlinks || isBelow(root, realNameOf(fd)) || isFoundBelow(root, path, stats)) return;
  throw new DataUnreadable(path, LEADS_OUT);
}

/** Throws DataUnreadable where `stats` are of anything else. */
export function requireRegular(path: string, stats: Stats | BigIntStats): void {
  if (!stats.isFile()) throw new DataUnreadable(path, 'not a regular file');
}

/** Where an open file lies; undefined where the system does not tell. On Linux the kernel knows it, and asks no disk. */
function realNameOf(fd: number): string | undefined {
  try {
    return readlinkSync(nameInProc(fd));
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function nameInProc(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** The long way: for systems without names of what is open, and for roots that have several names. */
function isFoundBelow(root: string, path: string, { dev, ino }: BigIntStats): boolean {
  const real = realpathSync.native(path);
  if (!isBelow(realpathSync.native(root), real)) return false;
  const found = statSync(real, { bigint: true });
  return found.dev === dev && found.ino === ino;
}

function isBelow(root: string, path: string | undefined): boolean {
  return path?.startsWith(root.endsWith('/') ? root : `${root}/`) ?? false;
}

function promised<T>(ask: (answer: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
