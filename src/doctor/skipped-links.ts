import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Place, placeOfChild, roleOf } from '../runs/layout.ts';
import { isPathError } from '../system-error.ts';

/** The links to directories at places where runs are looked for: these are not followed. */
export async function* skippedLinks(directory: string, place: Place = 'root'): AsyncGenerator<string> {
  const entries = await entriesOf(directory);
  const files = new Set(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  if (roleOf(place, files) !== 'branch') return;
  for (const entry of entries) {
    const below = placeOfChild(place, entry.name);
    const path = join(directory, entry.name);
    if (below === undefined) continue;
    if (entry.isDirectory()) yield* skippedLinks(path, below);
    else if (entry.isSymbolicLink() && (await leadsToDirectory(path))) yield path;
  }
}

/** None where it cannot be read, which who looks for runs tells. */
async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
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
