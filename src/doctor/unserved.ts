import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Place, placeOfChild, roleOf } from '../runs/layout.ts';
import type { StorageBounds } from '../storage/files.ts';
import { isPathError } from '../system-error.ts';
import type { Kind } from './findings.ts';

/** Files that nothing but a run has. */
const RUN_FILES = ['events.jsonl', 'logs.txt'];

/** A directory or link that is passed over when runs are looked for, and why. */
export interface Unserved {
  readonly kind: Extract<Kind, 'deleted' | 'noRun' | 'encoding' | 'link'>;
  readonly path: string;
}

interface Directory {
  readonly path: string;
  readonly place: Place;
  /** Links that are behind another are not followed. */
  readonly isBehindLink: boolean;
}

/** What is passed over at the places where runs are looked for, in the order of the names. */
export function unserved(bounds: StorageBounds): AsyncGenerator<Unserved> {
  return unservedBelow({ path: bounds.root, place: 'root', isBehindLink: false }, bounds.followSymlinks);
}

async function* unservedBelow(directory: Directory, followSymlinks: boolean): AsyncGenerator<Unserved> {
  const { path, place, isBehindLink } = directory;
  const entries = await entriesOf(path);
  const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name.toString()));
  const role = roleOf(place, files);
  if (role === 'deleted-run') yield { kind: 'deleted', path };
  if (role !== 'branch') return;
  const isInCurrentLayout = place === 'runs' || place === 'segment';
  if (isInCurrentLayout && RUN_FILES.some((name) => files.has(name))) yield { kind: 'noRun', path };
  for (const entry of entries) {
    const name = entry.name.toString();
    const child = join(path, name);
    const below = placeOfChild(place, name);
    if (below === undefined) continue;
    if (entry.isDirectory()) {
      if (isUtf8(entry.name)) yield* unservedBelow({ path: child, place: below, isBehindLink }, followSymlinks);
      else yield { kind: 'encoding', path: child };
    } else if (entry.isSymbolicLink() && (await leadsToDirectory(child))) {
      if (!followSymlinks || isBehindLink) yield { kind: 'link', path: child };
      else if (!(await leadsBack(child))) yield* unservedBelow({ path: child, place: below, isBehindLink: true }, true);
    }
  }
}

/** By name. None where it cannot be read, which who looks for runs tells. */
async function entriesOf(directory: string): Promise<Dirent<Buffer>[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
    return entries.toSorted((one, other) => Buffer.compare(one.name, other.name));
  } catch (error) {
    if (isPathError(error)) return [];
    throw error;
  }
}

async function leadsToDirectory(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    if (isPathError(error)) return false;
    throw error;
  }
}

/** Whether a link leads to a directory that it is in. @param link below no other link */
async function leadsBack(link: string): Promise<boolean> {
  return link.startsWith(join(await realpath(link), '/'));
}
