import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { useTemporaryDirectory } from './temporary-directory.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(PROJECT, 'dist/src/start.cjs');

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of this project, in a process group and with a directory for temporary files of its own. */
export interface RunlensProcess {
  readonly temporaryDirectory: string;
  readonly pid: number;
  /** Settles when the process is gone and all that it wrote was read. */
  readonly ended: Promise<Ending>;
  /** What the pattern first matches in the standard output; rejects if the process ends without having printed it. */
  printed(pattern: RegExp): Promise<string>;
  /** The same of the standard error. */
  complained(pattern: RegExp): Promise<string>;
  /** Reads no further what it prints, and lets it know. */
  closeOutput(): void;
  /** The address that it serves at, once it does. */
  listening(): Promise<string>;
  /** To the process alone. */
  signal(name: NodeJS.Signals): void;
  /** To all processes of its group, as a terminal sends Ctrl-C. */
  signalGroup(name: NodeJS.Signals): void;
  /** Whether it or a descendant is still there. */
  isGroupAlive(): boolean;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starters of processes that do not outlive the tests of the file; they run in an empty directory unless told. */
export function useRunlens() {
  const directory = useTemporaryDirectory();
  const started = new Set<RunlensProcess>();
  afterAll(async () => {
    for (const child of started) if (child.isGroupAlive()) child.signalGroup('SIGKILL');
    await Promise.all(Array.from(started, ({ ended }) => ended));
  });

  async function run(command: string, args: readonly string[], { cwd, env }: Surroundings): Promise<RunlensProcess> {
    const temporaryDirectory = await mkdtemp(join(directory(), 'process-'));
    const { RUNLENS_STORAGE: _, RUNICORN_DIR: __, RUNLENS_TOKEN: ___, ...inherited } = process.env;
    const child = spawn(command, args, {
      cwd: cwd ?? temporaryDirectory,
      env: { ...inherited, TMPDIR: temporaryDirectory, npm_config_update_notifier: 'false', ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const runlens = follow(child, temporaryDirectory);
    started.add(runlens);
    return runlens;
  }

  return {
    /** The file that the built command is. */
    bin: BIN,
    /** Another command that is or starts Runlens. */
    command: (name: string, args: readonly string[], surroundings: Surroundings = {}) => run(name, args, surroundings),
    /** The built command with these arguments. */
    runlens: (args: readonly string[], surroundings: Surroundings = {}) =>
      run(process.execPath, [BIN, ...args], surroundings),
    /** `npm start` in the project, with these arguments passed on. */
    npmStart: (args: readonly string[]) =>
      // From Node.js 22 on npm keeps a compile cache in the temporary directory, which is not ours to remove.
      run('npm', ['start', '--', ...args], { cwd: PROJECT, env: { NODE_DISABLE_COMPILE_CACHE: '1' } }),
  };
}

function follow(child: ChildProcess, temporaryDirectory: string): RunlensProcess {
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error('the process did not start');
  const output = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(
    ([code]): Ending => ({ code: code === null ? null : Number(code), ...output }),
  );

  async function wrote(name: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(output[name]);
      if (match) return match[1] ?? match[0];
      const isOver = await Promise.race([once(child[name] ?? child, 'data').then(() => false), ended.then(() => true)]);
      if (isOver) throw new Error(`the process ended without ${pattern} in its ${name}: ${JSON.stringify(output)}`);
    }
  }

  return {
    temporaryDirectory,
    pid,
    ended,
    printed: (pattern) => wrote('stdout', pattern),
    complained: (pattern) => wrote('stderr', pattern),
    closeOutput: () => stdout.destroy(),
    listening: () => wrote('stdout', / at (http:\S+) .*\n/),
    signal: (name) => child.kill(name),
    signalGroup: (name) => process.kill(-pid, name),
    isGroupAlive() {
      try {
        return process.kill(-pid, 0);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
        throw error;
      }
    },
  };
}
