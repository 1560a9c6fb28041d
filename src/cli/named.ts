import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './usage-error.ts';

/** A token, or the absolute path of the file that has it, that nobody has looked at yet; and what named it, for messages. */
export type NamedToken = ({ readonly token: string } | { readonly file: string }) & { readonly namedBy: string };

/** An absolute path that nobody has looked at yet, and the flag or variable that named it, for messages. */
export interface NamedDirectory {
  readonly path: string;
  readonly namedBy: string;
}

export function nameStorage(flag: string | undefined, env: NodeJS.ProcessEnv, cwd: string): NamedDirectory | null {
  const candidates = [
    { namedBy: '--storage', directory: flag },
    { namedBy: 'RUNLENS_STORAGE', directory: env.RUNLENS_STORAGE },
    { namedBy: 'RUNICORN_DIR', directory: env.RUNICORN_DIR },
    { namedBy: './.runicorn', directory: existsSync(join(cwd, '.runicorn')) ? '.runicorn' : undefined },
  ];
  for (const { namedBy, directory } of candidates) {
    if (directory) return { path: resolve(cwd, directory), namedBy };
  }
  return null;
}

/** What the flag of that name says. */
export const FOLLOW_SYMLINKS = 'follow symbolic links to directories, and those that lead out of the storage';

/** Whether the flag, or else the variable, lets links lead out of the storage. */
export function mayFollowSymlinks(flags: { readonly followSymlinks?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return flags.followSymlinks ?? isSet('RUNLENS_FOLLOW_SYMLINKS', env, false);
}

export function nameToken(file: string | undefined, env: NodeJS.ProcessEnv, cwd: string): NamedToken | null {
  if (file !== undefined) return { file: resolve(cwd, file), namedBy: '--token-file' };
  const token = env.RUNLENS_TOKEN ?? '';
  return token === '' ? null : { token, namedBy: 'RUNLENS_TOKEN' };
}

/** Whether a variable switches something on. @param unlessSet what it is where the variable is not set, or empty */
export function isSet(name: string, env: NodeJS.ProcessEnv, unlessSet: boolean): boolean {
  const value = env[name] ?? '';
  if (value === '') return unlessSet;
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new UsageError(`variable '${name}' is '${value}': it may be 1 or true, 0 or false`);
}
