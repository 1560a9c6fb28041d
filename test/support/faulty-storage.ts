import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll } from 'vitest';
import { useTemporaryDirectory } from './temporary-directory.ts';
import { findTool } from './tools.ts';

const SOURCE = fileURLToPath(new URL('../reliability/storage-faults.c', import.meta.url));

/** What can be made to go wrong with the paths that begin with a prefix, in a process that has `env` in its environment. */
export interface StorageFaults {
  readonly env: Readonly<Record<string, string>>;
  /** They are told to be on NFS, where the system tells of no changes. */
  mount(prefix: string): void;
  /** Calls do not return. */
  hang(prefix: string): void;
  /** They return again, and go on. */
  release(): void;
  /** Calls fail with this error. @param number of the error, as in errno.h */
  fail(number: number, prefix: string): void;
  /** The same for reads only. */
  failReads(number: number, prefix: string): void;
  /** Nothing fails any more. */
  mend(): void;
}

/** Whether a process can be made to meet faults here: on Linux, with a C compiler. */
export const canInjectFaults =
  process.platform === 'linux' && findTool('a C compiler (gcc)', ['cc', 'gcc'], ['--version']) !== undefined;

/** Compiles for the tests of a file what brings the faults. @returns what makes further independent ones */
export function useStorageFaults(): () => StorageFaults {
  const directory = useTemporaryDirectory();
  let library = '';
  let made = 0;
  beforeAll(() => {
    library = join(directory(), 'storage-faults.so');
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-o', library, SOURCE]);
  });
  return () => {
    const control = join(directory(), `faults-${made++}`);
    mkdirSync(control);
    const set = (name: string, text: string) => {
      // Whole at once, since it may be read at any time.
      writeFileSync(join(control, `${name}.new`), text);
      renameSync(join(control, `${name}.new`), join(control, name));
    };
    const unset = (name: string) => rmSync(join(control, name), { force: true });
    return {
      env: { LD_PRELOAD: library, STORAGE_FAULTS: control },
      mount: (prefix) => set('network', prefix),
      hang: (prefix) => set('hang', prefix),
      release: () => unset('hang'),
      fail: (number, prefix) => set('fail', `${number} ${prefix}`),
      failReads: (number, prefix) => set('failreads', `${number} ${prefix}`),
      mend() {
        unset('fail');
        unset('failreads');
      },
    };
  };
}
