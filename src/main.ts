import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseCommandLine } from './cli/command-line.ts';
import { isLoopback } from './cli/loopback.ts';
import { openAccess } from './cli/open-access.ts';
import { openStorage } from './cli/open-storage.ts';
import type { Configuration } from './cli/serve-command.ts';
import { UsageError } from './cli/usage-error.ts';
import { startDemo } from './demo/start-demo.ts';
import { endBySignal, endProcess, STOP_SIGNALS, type StopSignal } from './ending.ts';
import type { Gateway } from './gateway.ts';
import { limitsOf } from './http/limits/limits.ts';
import { version } from './version.ts';

/** Ctrl-C under npm reaches this process twice: from the terminal, and from npm, which passes its own on. */
const SAME_KEY_PRESS_MS = 100;

/** The gateway takes a second at most, and the demo little more. */
const MOST_CLOSING_MS = 5000;

let stopDemo = async (): Promise<void> => {};

process.on('uncaughtException', fail);
await main();

async function main(): Promise<void> {
  const invocation = parseCommandLine(process.argv, process.env, process.cwd());
  if (invocation === null) return;
  if (invocation.command !== 'serve') {
    const { answer } = await import('./cli/answer.ts');
    await answer(invocation, complain);
    return;
  }
  const stopped = stopSignal();
  const gateway = await Promise.race([start(invocation.configuration), stopped]);
  const signal = await stopped;
  // A thread that is stuck in a file is never closed.
  setTimeout(() => endBySignal(signal), MOST_CLOSING_MS);
  if (typeof gateway === 'object') await gateway.close();
  await stopDemo();
  await endProcess(signal, 0);
}

async function start({ storage, access: named, limits: given, logLevel, ...rest }: Configuration): Promise<Gateway> {
  const { openOperatorLog } = await import('./monitoring/operator-log.ts');
  const log = openOperatorLog(logLevel);
  const isLocal = await isLoopback(rest.host);
  const access = await openAccess({ host: rest.host, access: named }, isLocal, (message) => log.warn(message));
  const limits = { ...limitsOf(isLocal, rest.trustedProxies), ...given };
  const root = storage === null ? await makeDemo() : await openStorage(storage);
  // Loaded late: it takes most of the time of a start, which help and a complaint need not wait for.
  const { startGateway } = await import('./gateway.ts');
  const gateway = await startGateway({ ...rest, access, limits, storage: root, log });
  failTo(log);
  const { url } = gateway;
  const shows = rest.page ? 'shows' : 'serves';
  console.log(`Runlens ${version} at ${url} ${shows} ${root} · GraphQL ${url}/graphql · REST ${url}/api/runs`);
  return gateway;
}

/** A demo storage that does not outlive this process, however it ends. */
async function makeDemo(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'runlens-demo-'));
  process.on('exit', () => {
    void stopDemo();
    // A write may still be under way when a signal ends the start, and meet the removal: hence the retries.
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  console.log(
    'No storage was named (--storage DIR or RUNLENS_STORAGE names one): a demo is served, and removed on exit.',
  );
  const demo = startDemo(directory);
  stopDemo = demo.stop;
  // The gateway is loaded while the demo is written.
  await Promise.all([demo.written, import('./gateway.ts')]);
  return directory;
}

/** The first signal to stop; a second one ends the process at once. */
function stopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: StopSignal) => {
      first ??= performance.now();
      if (performance.now() - first > SAME_KEY_PRESS_MS) {
        void endProcess(signal, 128 + constants.signals[signal]);
      }
      resolve(signal);
    };
    for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  });
}

function fail(error: unknown): never {
  complain(messageOf(error).replaceAll(/\s*\n\s*/g, ' '));
  process.exit(error instanceof UsageError ? 2 : 1);
}

/** From now on what nobody caught, which is a fault of the program, is told with its place in the log. */
function failTo(log: Logger): void {
  process.off('uncaughtException', fail);
  process.on('uncaughtException', (error) => {
    if (!log.isLevelEnabled('fatal')) fail(error);
    log.fatal({ stack: error.stack }, `the gateway ends: ${messageOf(error)}`);
    process.exit(1);
  });
}

function complain(message: string): void {
  console.error(`runlens: ${message}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
