import { resolveStorageRoot } from '../runs/storage-root.ts';
import type { NamedDirectory } from './named.ts';
import { UsageError } from './usage-error.ts';

/** The storage root that was named. Throws a UsageError that says what named it. */
export async function openStorage({ path, namedBy }: NamedDirectory): Promise<string> {
  try {
    return await resolveStorageRoot(path);
  } catch (error) {
    throw new UsageError(`${namedBy}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
