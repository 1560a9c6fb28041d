import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { version } from '../version.ts';
import {
  collectHosts,
  collectOrigins,
  nonEmpty,
  parseByteSize,
  parseLineCount,
  parsePort,
  parseUrl,
} from './values.ts';

/** What the command line and the environment ask for. */
export type Invocation =
  | { readonly command: 'serve'; readonly configuration: Configuration }
  | ({ readonly command: 'logs'; readonly place: RunsPlace } & LogsOptions)
  | { readonly command: 'runs'; readonly place: RunsPlace };

/** How to serve. */
export interface Configuration {
  /** null: none was named. */
  readonly storage: NamedDirectory | null;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Byte budget of the metrics cache. */
  readonly cacheBytes: number;
  readonly access: NamedAccess;
  /** Absolute paths that nobody has looked at yet; null: it serves without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Whether GraphQL tells nothing of its schema to those who do not know it. */
  readonly hardened: boolean;
  /** Whether the page is served. */
  readonly page: boolean;
}

/** Who may ask. */
interface NamedAccess {
  /** null: none was named. */
  readonly token: NamedToken | null;
  /** Whether a token is needed where other machines may reach the gateway. */
  readonly auth: boolean;
  /** Names that the gateway goes by, besides its address and localhost. */
  readonly hosts: readonly string[];
  /** Origins whose pages may ask, as browsers write them. */
  readonly origins: readonly string[];
}

/** A token, or the absolute path of the file that has it, that nobody has looked at yet; and what named it, for messages. */
export type NamedToken = ({ readonly token: string } | { readonly file: string }) & { readonly namedBy: string };

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
export type RunsPlace = { readonly url: string; readonly token: NamedToken | null } | NamedDirectory;

/** An absolute path that nobody has looked at yet, and the flag or variable that named it, for messages. */
export interface NamedDirectory {
  readonly path: string;
  readonly namedBy: string;
}

/** The command line or a variable asks for something that cannot be; the message is one line for its user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface ServeFlags {
  readonly storage?: string;
  readonly host: string;
  readonly port: number;
  readonly cacheSize: number;
  readonly tokenFile?: string;
  /** False by --no-auth. */
  readonly auth: boolean;
  readonly allowedHost: readonly string[];
  readonly allowedOrigin: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly hardened?: boolean;
  /** False by --no-page. */
  readonly page: boolean;
}

interface PlaceFlags {
  readonly storage?: string;
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
    const { storage, cacheSize, ...flags } = program.opts<ServeFlags>();
    const configuration = {
      storage: nameStorage(storage, env, cwd),
      host: flags.host,
      port: flags.port,
      cacheBytes: cacheSize,
      access: {
        token: flags.auth ? nameToken(flags.tokenFile, env, cwd) : null,
        auth: flags.auth,
        hosts: flags.allowedHost,
        origins: flags.allowedOrigin,
      },
      tls: nameCertificate(flags, cwd),
      hardened: flags.hardened ?? isSet('RUNLENS_HARDENED', env, false),
      page: flags.page && isSet('RUNLENS_PAGE', env, true),
    };
    invocation = { command: 'serve', configuration };
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
  try {
    program.parse(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '), { cause: error });
  }
  return invocation;
}

/** The program without its commands: what it does unless told, which is to serve. */
function serveProgram(): Command {
  return new Command('runlens')
    .description('Serves training runs on disk, also those still growing: a page to look at, GraphQL and REST.')
    .option('--storage <dir>', 'directory that holds the runs', nonEmpty)
    .option('--host <host>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 23300)
    .addOption(
      new Option('--cache-size <size>', 'memory for parsed metrics: 512MiB, 2GiB or bytes')
        .argParser(parseByteSize)
        .default(1024 ** 3, '1GiB'),
    )
    .option('--token-file <file>', 'file with the token that clients must show', nonEmpty)
    .addOption(new Option('--no-auth', 'ask for no token, also where other machines may read').conflicts('tokenFile'))
    .option(
      '--allowed-host <name>',
      'name that clients may call it by, such as that of a proxy; repeatable',
      collectHosts,
      [],
    )
    .option('--allowed-origin <origin>', 'origin whose pages may ask; repeatable', collectOrigins, [])
    .option('--tls-cert <file>', 'certificate to serve with, over TLS: PEM, with its chain', nonEmpty)
    .option('--tls-key <file>', 'its private key: PEM', nonEmpty)
    .option('--hardened', 'no GraphiQL, no introspection, no suggestions in errors')
    .option('--no-page', 'only the API, without the page at /')
    .version(version)
    .enablePositionalOptions()
    .allowExcessArguments()
    .addHelpText('after', SERVE_HELP)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .hook('preSubcommand', refuseServeOptions);
}

function refuseServeOptions(program: Command, command: Command): void {
  for (const option of program.options) {
    if (program.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    program.error(`option '${option.long}' comes before '${command.name()}': those of a command follow its name`);
  }
}

function addPlaceOptions(command: Command): Command {
  return command
    .addOption(new Option('--storage <dir>', 'directory that holds the runs').argParser(nonEmpty).conflicts('url'))
    .option('--url <url>', 'address of a running gateway, such as http://127.0.0.1:23300', parseUrl)
    .addOption(
      new Option('--token-file <file>', 'file with the token of that gateway').argParser(nonEmpty).conflicts('storage'),
    )
    .allowExcessArguments(false)
    .addHelpText('after', PLACE_HELP);
}

const SERVE_HELP = `
Without --storage, the variables RUNLENS_STORAGE and RUNICORN_DIR may name the directory;
else ./.runicorn is served where it exists, and a demo where it does not.
RUNLENS_TOKEN may be the token, where --token-file names none.
RUNLENS_HARDENED=1 is --hardened, RUNLENS_PAGE=0 is --no-page.`;

const PLACE_HELP = `
Without --storage and --url, the variables RUNLENS_STORAGE and RUNICORN_DIR may name the directory;
else it is ./.runicorn. RUNLENS_TOKEN may be the token of the gateway, where --token-file names none.`;

function namePlace({ storage, url, tokenFile }: PlaceFlags, env: NodeJS.ProcessEnv, cwd: string): RunsPlace {
  if (url !== undefined) return { url, token: nameToken(tokenFile, env, cwd) };
  if (tokenFile !== undefined)
    throw new UsageError('--token-file has no use without --url URL: a storage asks for none');
  const place = nameStorage(storage, env, cwd);
  if (place === null) {
    throw new UsageError('no runs are named: --storage DIR (or RUNLENS_STORAGE) names a storage, --url URL a gateway');
  }
  return place;
}

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

function nameToken(file: string | undefined, env: NodeJS.ProcessEnv, cwd: string): NamedToken | null {
  if (file !== undefined) return { file: resolve(cwd, file), namedBy: '--token-file' };
  const token = env.RUNLENS_TOKEN ?? '';
  return token === '' ? null : { token, namedBy: 'RUNLENS_TOKEN' };
}

function nameCertificate(
  { tlsCert, tlsKey }: Pick<ServeFlags, 'tlsCert' | 'tlsKey'>,
  cwd: string,
): Configuration['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined) throw new UsageError('--tls-key has no use without --tls-cert FILE');
  if (tlsKey === undefined) throw new UsageError('--tls-cert has no use without --tls-key FILE');
  return { cert: resolve(cwd, tlsCert), key: resolve(cwd, tlsKey) };
}

/** @param unlessSet what it is where the variable is not set, or empty */
function isSet(name: string, env: NodeJS.ProcessEnv, unlessSet: boolean): boolean {
  const value = env[name] ?? '';
  if (value === '') return unlessSet;
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new UsageError(`variable '${name}' is '${value}': it may be 1 or true, 0 or false`);
}
