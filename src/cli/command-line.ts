import { type Command, CommanderError, Option } from 'commander';
import {
  FOLLOW_SYMLINKS,
  mayFollowSymlinks,
  type NamedDirectory,
  type NamedToken,
  nameStorage,
  nameToken,
} from './named.ts';
import { type Configuration, configurationOf, type ServeFlags, serveProgram } from './serve-command.ts';
import { UsageError } from './usage-error.ts';
import { nonEmpty, parseLineCount, parseUrl } from './values.ts';

/** What the command line and the environment ask for. */
export type Invocation =
  | { readonly command: 'serve'; readonly configuration: Configuration }
  | ({ readonly command: 'logs'; readonly place: RunsPlace } & LogsOptions)
  | { readonly command: 'runs'; readonly place: RunsPlace }
  | { readonly command: 'doctor'; readonly place: NamedStorage };

/** Asks something of runs, and ends. */
export type Query = Exclude<Invocation, { command: 'serve' }>;

/** What of a log to print. */
export interface LogsOptions {
  readonly runId: string;
  readonly follow: boolean;
  /** How many of its last lines; null: all. */
  readonly tail: number | null;
}

/** Where runs are looked for: the address of a gateway, without a slash at the end, and its token; or a storage. */
export type RunsPlace = { readonly url: string; readonly token: NamedToken | null } | NamedStorage;

/** A storage on this machine. */
type NamedStorage = NamedDirectory & { readonly followSymlinks: boolean };

interface PlaceFlags {
  readonly storage?: string;
  readonly followSymlinks?: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
}

interface LogsFlags extends PlaceFlags {
  readonly follow?: boolean;
  readonly tail?: number;
}

/**
 * Reads `argv` (as in `process.argv`) and the environment; relative directories are taken from `cwd`. null: help or the
 * version was asked for and printed, so that nothing is to be done. Throws a UsageError.
 */
export function parseCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Invocation | null {
  let invocation: Invocation | null = null;
  const program = serveProgram();
  program.action(() => {
    const [excess] = program.args;
    if (excess !== undefined) program.error(`unexpected argument '${excess}' (a directory is named with --storage)`);
    invocation = { command: 'serve', configuration: configurationOf(program.opts<ServeFlags>(), env, cwd) };
  });
  addPlaceOptions(program.command('logs'))
    .description('Prints the log of a run.')
    .argument('<run-id>', 'identifier of the run')
    .option('-f, --follow', 'go on with what is written, until the run has ended')
    .option('-n, --tail <n>', 'start with the last n lines', parseLineCount)
    .action((runId: string, { follow = false, tail, ...flags }: LogsFlags) => {
      invocation = { command: 'logs', place: namePlace(flags, env, cwd), runId, follow, tail: tail ?? null };
    });
  addPlaceOptions(program.command('runs'))
    .description('Prints a table of the runs, newest first.')
    .action((flags: PlaceFlags) => {
      invocation = { command: 'runs', place: namePlace(flags, env, cwd) };
    });
  program
    .command('doctor')
    .description('Looks for what is unreadable, malformed or odd in a storage. Ends with 1 if anything is wrong.')
    .option('--storage <dir>', 'directory that holds the runs', nonEmpty)
    .option('--follow-symlinks', FOLLOW_SYMLINKS)
    .allowExcessArguments(false)
    .action(({ storage, ...flags }: Pick<PlaceFlags, 'storage' | 'followSymlinks'>) => {
      const place = nameStorage(storage, env, cwd);
      if (place === null) throw new UsageError('no storage is named: --storage DIR (or RUNLENS_STORAGE) names one');
      invocation = { command: 'doctor', place: { ...place, followSymlinks: mayFollowSymlinks(flags, env) } };
    });
  try {
    program.parse(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), { cause: error });
  }
  return invocation;
}

function addPlaceOptions(command: Command): Command {
  return command
    .addOption(new Option('--storage <dir>', 'directory that holds the runs').argParser(nonEmpty).conflicts('url'))
    .addOption(new Option('--follow-symlinks', FOLLOW_SYMLINKS).conflicts('url'))
    .option('--url <url>', 'address of a running gateway, such as http://127.0.0.1:23300', parseUrl)
    .addOption(
      new Option('--token-file <file>', 'file with the token of that gateway').argParser(nonEmpty).conflicts('storage'),
    )
    .allowExcessArguments(false)
    .addHelpText('after', PLACE_HELP);
}

const PLACE_HELP = `
Without --storage and --url, the variables RUNLENS_STORAGE and RUNICORN_DIR may name the directory;
else it is ./.runicorn. RUNLENS_TOKEN may be the token of the gateway, where --token-file names none.
RUNLENS_FOLLOW_SYMLINKS=1 is --follow-symlinks.`;

function namePlace({ storage, url, tokenFile, ...flags }: PlaceFlags, env: NodeJS.ProcessEnv, cwd: string): RunsPlace {
  if (url !== undefined) return { url, token: nameToken(tokenFile, env, cwd) };
  if (tokenFile !== undefined)
    throw new UsageError('--token-file has no use without --url URL: a storage asks for none');
  const place = nameStorage(storage, env, cwd);
  if (place === null) {
    throw new UsageError('no runs are named: --storage DIR (or RUNLENS_STORAGE) names a storage, --url URL a gateway');
  }
  return { ...place, followSymlinks: mayFollowSymlinks(flags, env) };
}
