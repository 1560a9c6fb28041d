import { readFile, stat } from 'node:fs/promises';
import type { NamedToken } from './named.ts';
import { UsageError } from './usage-error.ts';

const SHORTEST = 16;
/** It comes in a header, and in the body of `/session`, where each sign may be escaped. */
const LONGEST = 2000;
const OTHERS_MAY_READ = 0o004;

/**
 * The token that was named; null where none was. Throws a UsageError that says what named it.
 *
 * @param warn told where others may read its file
 */
export async function openToken(named: NamedToken | null, warn: (message: string) => void): Promise<string | null> {
  if (named === null) return null;
  const { namedBy } = named;
  const token = 'file' in named ? await readToken(named.file, namedBy, warn) : named.token;
  if (token.length < SHORTEST || token.length > LONGEST) {
    throw new UsageError(`${namedBy}: a token has ${SHORTEST} to ${LONGEST} characters`);
  }
  if (!/^[!-~]+$/.test(token)) {
    throw new UsageError(`${namedBy}: a token has only letters, digits and signs of ASCII, no blanks and one line`);
  }
  return token;
}

async function readToken(file: string, namedBy: string, warn: (message: string) => void): Promise<string> {
  try {
    const stats = await stat(file);
    if (!stats.isDirectory() && (stats.mode & OTHERS_MAY_READ) !== 0)
      warn(`${namedBy}: every user of this machine may read ${file} (chmod 600 mends it)`);
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${namedBy}: the token cannot be read: ${reason}`, { cause: error });
  }
}
