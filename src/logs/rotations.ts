import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StorageBounds } from '../storage/files.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isPathError } from '../system-error.ts';
import { LogFile, statLog } from './log-file.ts';

/** What rotation puts behind a log's name: `.1`, `-20240101`, `.2024-01-01_12-30`, `.old`; nothing compressed, no copies. */
const SUFFIX = /^(?:[.-]\d[\d._:T-]*|\.old)$/;

/**
 * Opens the files that a log was rotated to, oldest first: from the one with inode number `first` on, up to but without
 * the one with inode number `end`, or to the newest. None if the first is not there.
 */
export async function openRotated(
  path: string,
  bounds: StorageBounds,
  first: string,
  end: string | undefined,
): Promise<readonly LogFile[]> {
  for (;;) {
    const listed = await rotatedFiles(path);
    const files = await openAll(filesFrom(listed, first, end), bounds);
    // While they were looked at, their names may have moved on.
    if (namesOf(await rotatedFiles(path)) === namesOf(listed)) return files;
    for (const file of files) await file.release();
  }
}

function filesFrom(files: readonly RotatedFile[], first: string, end: string | undefined): readonly RotatedFile[] {
  const from = files.findIndex(({ inode }) => inode === first);
  const to = files.findIndex(({ inode }) => inode === end);
  return from < 0 ? [] : files.slice(from, to < 0 ? undefined : to);
}

async function openAll(files: readonly RotatedFile[], bounds: StorageBounds): Promise<readonly LogFile[]> {
  const opened: LogFile[] = [];
  try {
    for (const { path } of files) {
      const file = await LogFile.open(path, bounds);
      if (file !== undefined) opened.push(file);
    }
    return opened;
  } catch (error) {
    for (const file of opened) await file.release();
    throw error;
  }
}

function namesOf(files: readonly RotatedFile[]): string {
  return files.map(({ path, inode }) => `${inode} ${path}`).join('\n');
}

interface RotatedFile {
  readonly path: string;
  readonly inode: string;
  readonly mtimeNs: bigint;
}

async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const found: RotatedFile[] = [];
  for (const name of await namesIn(dirname(path))) {
    if (!name.startsWith(basename(path)) || !SUFFIX.test(name.slice(basename(path).length))) continue;
    const file = join(dirname(path), name);
    const stats = await statLog(file);
    if (stats?.isFile()) found.push({ path: file, inode: String(stats.ino), mtimeNs: stats.mtimeNs });
  }
  return found.toSorted((a, b) => Number(a.mtimeNs - b.mtimeNs) || byName(a.path, b.path));
}

/** For files of one moment: of counted names the highest number is the oldest, of dated ones the first. */
function byName(a: string, b: string): number {
  const order = a.localeCompare(b, 'en', { numeric: true });
  return /\.\d{1,3}$/.test(a) ? -order : order;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await storageCalls.run(directory, () => readdir(directory));
  } catch (error) {
    if (isPathError(error)) return [];
    throw error;
  }
}
