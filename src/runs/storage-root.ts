import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StorageTimeout } from '../errors.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isPathError, isSystemError } from '../system-error.ts';

/**
 * The absolute path of the storage root that `directory` names: itself if it holds `runs/`, else its parent if it is
 * such a `runs` directory, else itself. Symbolic links in the name are resolved.
 * Throws an Error that names `directory` if it does not exist or is no directory.
 */
export async function resolveStorageRoot(directory: string): Promise<string> {
  const named = await existingDirectory(directory);
  if (await isDirectory(join(named, 'runs'))) return named;
  return basename(named) === 'runs' ? dirname(named) : named;
}

async function existingDirectory(directory: string): Promise<string> {
  if (directory === '') throw new Error('storage directory: the name is empty');
  let real: string;
  try {
    real = await storageCalls.run(directory, () => realpath(directory));
  } catch (error) {
    if (!isPathError(error)) throw error;
    const reason = error.code === 'ENOENT' ? 'does not exist' : `cannot be opened (${error.code})`;
    throw new Error(`storage directory ${directory} ${reason}`, { cause: error });
  }
  if (!(await isDirectory(real))) throw new Error(`storage directory ${directory} is not a directory`);
  return real;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await storageCalls.run(path, () => stat(path))).isDirectory();
  } catch (error) {
    if (isPathError(error)) return false;
    throw error;
  }
}

/** What keeps a storage root from being read, without where it lies; null where nothing does. */
export async function rootFault(root: string): Promise<string | null> {
  try {
    await storageCalls.run(root, () => readFirstEntry(root));
    return null;
  } catch (error) {
    if (error instanceof StorageTimeout) return 'the storage does not answer';
    if (isSystemError(error)) return `the storage cannot be read: ${error.code}`;
    throw error;
  }
}

async function readFirstEntry(path: string): Promise<void> {
  const directory = await opendir(path);
  try {
    await directory.read();
  } finally {
    await directory.close();
  }
}
