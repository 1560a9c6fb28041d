import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from './version.ts';

/** What the command line and the environment ask for. */
export interface Configuration {
  /** null: none was named. */
  readonly storage: NamedDirectory | null;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Byte budget of the metrics cache. */
  readonly cacheBytes: number;
}

/** An absolute path that nobody has looked at yet, and the flag or variable that named it, for messages. */
export interface NamedDirectory {
  readonly path: string;
  readonly namedBy: string;
}

/** The command line or a variable asks for something that cannot be; the message is one line for its user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Flags {
  readonly storage?: string;
  readonly host: string;
  readonly port: number;
  readonly cacheSize: number;
}

/**
 * Reads `argv` (as in `process.argv`) and the environment; relative directories are taken from `cwd`. null: help or the
 * version was asked for and printed, so that nothing is to be served. Throws a UsageError.
 */
export function parseCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Configuration | null {
  const program = new Command('runlens')
    .description('Serves training runs on disk, also those still growing, over REST and GraphQL.')
    .option('--storage <dir>', 'directory that holds the runs', nonEmpty)
    .option('--host <host>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 23300)
    .addOption(
      new Option('--cache-size <size>', 'memory for parsed metrics: 512MiB, 2GiB or bytes')
        .argParser(parseByteSize)
        .default(1024 ** 3, '1GiB'),
    )
    .version(version)
    .allowExcessArguments()
    .addHelpText('after', STORAGE_HELP)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  try {
    program.parse(argv);
    const [excess] = program.args;
    if (excess !== undefined) program.error(`unexpected argument '${excess}' (a directory is named with --storage)`);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), { cause: error });
  }
  const { storage, host, port, cacheSize } = program.opts<Flags>();
  return { storage: nameStorage(storage, env, cwd), host, port, cacheBytes: cacheSize };
}

const STORAGE_HELP = `
Without --storage, the variables RUNLENS_STORAGE and RUNICORN_DIR may name the directory;
else ./.runicorn is served where it exists, and a demo where it does not.`;

function nameStorage(flag: string | undefined, env: NodeJS.ProcessEnv, cwd: string): NamedDirectory | null {
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

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

const UNITS = new Map([
  ['', 1],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['tib', 1024 ** 4],
]);

function parseByteSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(digits) * (UNITS.get(unit.toLowerCase()) ?? Number.NaN));
  if (!(bytes > 0 && Number.isSafeInteger(bytes))) {
    throw new InvalidArgumentError('A size is a positive number of bytes, or of KiB, MiB, GiB or TiB.');
  }
  return bytes;
}
