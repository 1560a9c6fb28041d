import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Limits } from '../http/limits/limits.ts';
import { LOG_LEVELS, type LogLevel } from '../monitoring/log-level.ts';
import { version } from '../version.ts';
import {
  FOLLOW_SYMLINKS,
  isSet,
  mayFollowSymlinks,
  type NamedDirectory,
  type NamedToken,
  nameStorage,
  nameToken,
} from './named.ts';
import { UsageError } from './usage-error.ts';
import {
  collectHosts,
  collectOrigins,
  collectProxies,
  nonEmpty,
  parseByteSize,
  parseMost,
  parsePort,
  parseSeconds,
} from './values.ts';

/** How to serve. */
export interface Configuration {
  /** null: none was named. */
  readonly storage: NamedDirectory | null;
  /** Whether symbolic links may lead out of the storage. */
  readonly followSymlinks: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Byte budget of the metrics cache. */
  readonly cacheBytes: number;
  /** How long a call to the storage may take. */
  readonly storageTimeoutMs: number;
  readonly access: NamedAccess;
  /** What clients and requests may take, as far as that was said. */
  readonly limits: Partial<Limits>;
  /** Proxies that tell for whom they ask. */
  readonly trustedProxies: readonly string[];
  /** Absolute paths that nobody has looked at yet; null: it serves without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Whether GraphQL tells nothing of its schema to those who do not know it. */
  readonly hardened: boolean;
  /** Whether the page is served. */
  readonly page: boolean;
  /** What the operator is told; null: as much as suits who reads it. */
  readonly logLevel: LogLevel | null;
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

/** What commander makes of the options. */
export interface ServeFlags {
  readonly storage?: string;
  readonly followSymlinks?: boolean;
  readonly host: string;
  readonly port: number;
  readonly cacheSize: number;
  readonly storageTimeout: number;
  readonly tokenFile?: string;
  /** False by --no-auth. */
  readonly auth: boolean;
  readonly allowedHost?: readonly string[];
  readonly allowedOrigin?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly trustedProxy?: readonly string[];
  readonly maxBody?: number;
  readonly maxHeader?: number;
  readonly maxUrl?: number;
  readonly maxMessage?: number;
  readonly maxSeconds?: number;
  readonly maxConnections?: number;
  readonly maxSubscriptions?: number;
  readonly maxRequests?: number;
  readonly hardened?: boolean;
  /** False by --no-page. */
  readonly page: boolean;
  readonly logLevel?: LogLevel;
}

/** The program without its commands: what it does unless told, which is to serve. */
export function serveProgram(): Command {
  return new Command('runlens')
    .description('Serves training runs on disk, also those still growing: a page to look at, GraphQL and REST.')
    .option('--storage <dir>', 'directory that holds the runs', nonEmpty)
    .option('--follow-symlinks', FOLLOW_SYMLINKS)
    .option('--host <host>', 'address to listen on', nonEmpty, '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 23300)
    .addOption(
      new Option('--cache-size <size>', 'memory for parsed metrics: 512MiB, 2GiB or bytes')
        .argParser(parseByteSize)
        .default(1024 ** 3, '1GiB'),
    )
    .option('--storage-timeout <seconds>', 'how long the storage may take to answer', parseSeconds, 10)
    .option('--token-file <file>', 'file with the token that clients must show', nonEmpty)
    .addOption(new Option('--no-auth', 'ask for no token, also where other machines may read').conflicts('tokenFile'))
    .option(
      '--allowed-host <name>',
      'name that clients may call it by, such as that of a proxy; repeatable',
      collectHosts,
    )
    .option('--allowed-origin <origin>', 'origin whose pages may ask; repeatable', collectOrigins)
    .option(
      '--trusted-proxy <address>',
      'proxy that tells by X-Forwarded-For for whom it asks; repeatable',
      collectProxies,
    )
    .option('--tls-cert <file>', 'certificate to serve with, over TLS: PEM, with its chain', nonEmpty)
    .option('--tls-key <file>', 'its private key: PEM', nonEmpty)
    .option('--hardened', 'no GraphiQL, no introspection, no suggestions in errors')
    .option('--no-page', 'only the API, without the page at /')
    .addOption(
      new Option(
        '--log-level <level>',
        'what of requests and faults is told (default: info, on a terminal warn)',
      ).choices(LOG_LEVELS),
    )
    .version(version)
    .optionsGroup('Limits (those of a client hold on loopback only where given, and may be none):')
    .option('--max-body <size>', 'body of a request (256KiB)', parseByteSize)
    .option('--max-header <size>', 'first line and headers of a request (16KiB)', parseByteSize)
    .option('--max-url <size>', 'path and query of a request (8KiB)', parseByteSize)
    .option('--max-message <size>', 'message on a WebSocket (256KiB)', parseByteSize)
    .option('--max-seconds <n>', 'time of a request to arrive, and to be answered (60)', parseSeconds)
    .option('--max-connections <n>', 'open connections of a client (256)', parseMost)
    .option('--max-subscriptions <n>', 'open subscriptions of a client (1000)', parseMost)
    .option('--max-requests <n>', 'requests of a client in a minute (6000)', parseMost)
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

const SERVE_HELP = `
Without --storage, the variables RUNLENS_STORAGE and RUNICORN_DIR may name the directory;
else ./.runicorn is served where it exists, and a demo where it does not.
RUNLENS_TOKEN may be the token, where --token-file names none.
RUNLENS_FOLLOW_SYMLINKS=1 is --follow-symlinks, RUNLENS_HARDENED=1 is --hardened, RUNLENS_PAGE=0 is --no-page.`;

/** What the options and the environment say, for directories from `cwd`. Throws a UsageError. */
export function configurationOf(
  { storage, cacheSize, ...flags }: ServeFlags,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Configuration {
  return {
    storage: nameStorage(storage, env, cwd),
    followSymlinks: mayFollowSymlinks(flags, env),
    host: flags.host,
    port: flags.port,
    cacheBytes: cacheSize,
    storageTimeoutMs: flags.storageTimeout * 1000,
    access: {
      token: flags.auth ? nameToken(flags.tokenFile, env, cwd) : null,
      auth: flags.auth,
      hosts: flags.allowedHost ?? [],
      origins: flags.allowedOrigin ?? [],
    },
    limits: nameLimits(flags),
    trustedProxies: flags.trustedProxy ?? [],
    tls: nameCertificate(flags, cwd),
    hardened: flags.hardened ?? isSet('RUNLENS_HARDENED', env, false),
    page: flags.page && isSet('RUNLENS_PAGE', env, true),
    logLevel: flags.logLevel ?? null,
  };
}

function nameLimits(flags: Omit<ServeFlags, 'cacheSize'>): Partial<Limits> {
  const named = {
    bodyBytes: flags.maxBody,
    headerBytes: flags.maxHeader,
    urlBytes: flags.maxUrl,
    messageBytes: flags.maxMessage,
    requestSeconds: flags.maxSeconds,
    connections: flags.maxConnections,
    subscriptions: flags.maxSubscriptions,
    requestsPerMinute: flags.maxRequests,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
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
