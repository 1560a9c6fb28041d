import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isPathError } from '../system-error.ts';
import { statLog } from './log-file.ts';

/**
 * The files that a log was rotated to (`logs.txt.1`, `logs.txt-20240101`…) from the one with that inode number on, oldest
 * first; none if it is not there.
 */
export async function rotatedFrom(path: string, inode: string): Promise<readonly string[]> {
  const rotated = await rotatedFiles(path);
  const first = rotated.findIndex((file) => file.inode === inode);
  return first < 0 ? [] : rotated.slice(first).map((file) => file.path);
}

interface RotatedFile {
  readonly path: string;
  readonly inode: string;
  readonly mtimeNs: bigint;
}

async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const found: RotatedFile[] = [];
  for (const name of await namesIn(dirname(path))) {
    if (!name.startsWith(basename(path)) || name === basename(path)) continue;
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
    return await readdir(directory);
  } catch (error) {
    if (isPathError(error)) return [];
    throw error;
  }
}
