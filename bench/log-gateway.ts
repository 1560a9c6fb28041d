/** The gateway in a process of its own: its clients take none of its time, and its memory is its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../src/gateway.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const COLLECTIONS = 3;

/** Memory in bytes, after garbage collections. */
export interface Usage {
  readonly resident: number;
  /** JavaScript objects and buffers. */
  readonly inUse: number;
}

export interface GatewayProcess {
  readonly url: string;
  /** In which share of the time since this was asked last it was busy. */
  utilization(): Promise<number>;
  usage(): Promise<Usage>;
}

/** Runs `use` with a gateway that serves `storage`. */
export async function withGateway<Answer>(
  storage: string,
  use: (gateway: GatewayProcess) => Promise<Answer>,
): Promise<Answer> {
  const child = fork(THIS_FILE, [storage]);
  const exited = once(child, 'exit');
  const next = messagesOf(child, exited);
  try {
    const url = await next((message) => (typeof message === 'string' ? message : undefined));
    return await use({
      url,
      utilization() {
        child.send('utilization');
        return next((message) => (typeof message === 'number' ? message : undefined));
      },
      usage() {
        child.send('usage');
        return next((message) => (isUsage(message) ? message : undefined));
      },
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

/** @returns what waits for the next message, and fails where the process is gone */
function messagesOf(child: ChildProcess, exited: Promise<unknown>) {
  const gone = exited.then(() => {
    throw new Error('the process of the gateway is gone');
  });
  gone.catch(() => undefined);
  return async <Message>(parse: (message: unknown) => Message | undefined): Promise<Message> => {
    const message: unknown = await Promise.race([new Promise((resolve) => child.once('message', resolve)), gone]);
    const parsed = parse(message);
    if (parsed === undefined) throw new Error('the process of the gateway said something unexpected');
    return parsed;
  };
}

function isUsage(message: unknown): message is Usage {
  return typeof message === 'object' && message !== null && 'resident' in message && 'inUse' in message;
}

async function serve(storage: string): Promise<void> {
  const gateway = await startGateway({ storage, host: '127.0.0.1', port: 0, cacheBytes: 1 << 28, warn: console.error });
  let looked = performance.eventLoopUtilization();
  process.on('message', (question) => {
    if (question === 'usage') return void tellUsage();
    const now = performance.eventLoopUtilization();
    process.send?.(performance.eventLoopUtilization(now, looked).utilization);
    looked = now;
  });
  process.once('disconnect', () => void gateway.close().then(() => process.exit()));
  process.send?.(gateway.url);
}

async function tellUsage(): Promise<void> {
  // Buffers are freed some time after the collection that found them unused.
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ resident: rss, inUse: heapUsed + arrayBuffers } satisfies Usage);
}

if (process.argv[1] === THIS_FILE && process.argv[2] !== undefined) await serve(process.argv[2]);
