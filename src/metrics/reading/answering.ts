import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataUnreadable } from '../../errors.ts';
import { closeBehind, openFile, type StorageBounds } from '../../storage/files.ts';
import { storageCalls } from '../../storage/storage-calls.ts';
import { isPathError } from '../../system-error.ts';

/**
 * Makes sure that the storage of a file answers before a thread reads it, since a thread that is stuck does no work for
 * others either. Of whatever else is wrong with the file the thread gives account. Throws StorageTimeout, and what a call threw
 * for want of descriptors or memory.
 */
export async function awaitStorage(path: string, bounds: StorageBounds): Promise<void> {
  try {
    const file = await openFile(path, bounds);
    try {
      await storageCalls.run(dirname(path), () => readLastByte(file));
    } finally {
      closeBehind(file);
    }
  } catch (error) {
    if (!isPathError(error) && !(error instanceof DataUnreadable)) throw error;
  }
}

/** The same for a place in a file that is open. */
export async function awaitStorageAt(path: string, file: FileHandle, offset: number): Promise<void> {
  try {
    await storageCalls.run(dirname(path), () => readByte(file, offset));
  } catch (error) {
    if (!isPathError(error)) throw error;
  }
}

/** What was written last is the least likely to be in memory, where a mount that is dead still has answers. */
async function readLastByte(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  await readByte(file, Math.max(0, size - 1));
}

async function readByte(file: FileHandle, offset: number): Promise<void> {
  await file.read(Buffer.alloc(1), 0, 1, offset);
}
