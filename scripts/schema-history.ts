import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SCHEMA = 'schema/schema.graphql';

export type EarlierSchema =
  | { readonly schema: string }
  /** There is none. @property isFine whether there need not be one */
  | { readonly schema: null; readonly reason: string; readonly isFine: boolean };

/**
 * The printed schema of the project in `directory` as the commit before has it: HEAD, if the working tree has changed it
 * since; else the one before that.
 */
export function earlierSchema(directory: string): EarlierSchema {
  // Nothing but read, so it does not matter whose clone it is; in a container it often is another user's.
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-c', 'safe.directory=*', ...args], { cwd: directory, encoding: 'utf8' });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) {
    const reason = `git tells no history: ${head.error?.message ?? head.stderr.trim()}`;
    return { schema: null, reason, isFine: false };
  }
  const schemaAt = (commit: string) => {
    const { status, stdout } = git('show', `${commit}:./${SCHEMA}`);
    return status === 0 ? stdout : null;
  };
  const committed = schemaAt('HEAD');
  const isChanged = committed !== readFileSync(join(directory, SCHEMA), 'utf8');
  const schema = isChanged ? committed : schemaAt('HEAD^');
  if (schema !== null) return { schema };
  const isShallow = git('rev-parse', '--is-shallow-repository').stdout.trim() === 'true';
  const reason = isShallow ? 'a shallow clone has no commit before' : 'no commit before has a schema';
  return { schema: null, reason, isFine: true };
}
