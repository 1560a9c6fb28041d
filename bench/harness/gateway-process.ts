/** The gateway in a process of its own: its clients take none of its time, and its memory is its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../../src/gateway.ts';
import { openOperatorLog } from '../../src/monitoring/operator-log.ts';
import { asText, messagesOf } from './child-messages.ts';
import { ResidentPeak } from './resident-peak.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
const COLLECTIONS = 3;
/** What the command line gives the metrics unless told. */
const CACHE_BYTES = 1024 ** 3;

/** Memory in bytes, after garbage collections. */
export interface Usage {
  readonly resident: number;
  /** JavaScript objects and buffers. */
  readonly inUse: number;
}

export interface GatewayProcess {
  readonly url: string;
  /** In which share of the time since this was asked last it was busy. */
  readonly utilization: () => Promise<number>;
  /** The time, in milliseconds, that all its threads together have spent on processors since this was asked last. */
  readonly processorTime: () => Promise<number>;
  /** The longest time, in milliseconds, since this was asked last, in which its event loop did one thing. */
  readonly longestStretch: () => Promise<number>;
  /** The most memory, in bytes, that was resident since this was asked last. */
  readonly residentPeak: () => Promise<number>;
  readonly usage: () => Promise<Usage>;
}

/** Runs `use` with a gateway that serves `storage`. */
export async function withGateway<Answer>(
  storage: string,
  use: (gateway: GatewayProcess) => Promise<Answer>,
): Promise<Answer> {
  const child = fork(THIS_FILE, [storage]);
  const exited = once(child, 'exit');
  const next = messagesOf(child, 'the gateway', exited);
  const askNumber = (question: Question) => {
    child.send(question);
    return next((message) => (typeof message === 'number' ? message : undefined));
  };
  try {
    const url = await next(asText);
    return await use({
      url,
      utilization: () => askNumber('utilization'),
      processorTime: () => askNumber('processor time'),
      longestStretch: () => askNumber('longest stretch'),
      residentPeak: () => askNumber('resident peak'),
      usage() {
        child.send('usage' satisfies Question);
        return next((message) => (isUsage(message) ? message : undefined));
      },
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

function isUsage(message: unknown): message is Usage {
  return typeof message === 'object' && message !== null && 'resident' in message && 'inUse' in message;
}

type Question = 'utilization' | 'processor time' | 'longest stretch' | 'resident peak' | 'usage';

async function serve(storage: string): Promise<void> {
  const gateway = await startGateway({
    storage,
    host: '127.0.0.1',
    port: 0,
    cacheBytes: CACHE_BYTES,
    log: openOperatorLog('warn'),
  });
  const answers: Record<Question, () => unknown> = {
    utilization: utilizationTeller(),
    'processor time': processorTeller(),
    'longest stretch': stretchTeller(),
    'resident peak': peakTeller(),
    usage: settledUsage,
  };
  const answer = async (question: Question) => process.send?.(await answers[question]());
  process.on('message', (question: Question) => void answer(question));
  process.once('disconnect', () => void gateway.close().then(() => process.exit()));
  process.send?.(gateway.url);
}

function utilizationTeller(): () => number {
  let looked = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, looked);
    looked = now;
    return utilization;
  };
}

function processorTeller(): () => number {
  let looked = process.cpuUsage();
  return () => {
    const now = process.cpuUsage();
    const microseconds = now.user - looked.user + now.system - looked.system;
    looked = now;
    return microseconds / 1000;
  };
}

/** Looks once a millisecond from the first time that it is asked. */
function stretchTeller(): () => number {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  return () => {
    const longest = delay.max / 1e6;
    delay.enable();
    delay.reset();
    return longest;
  };
}

/** Looks from the first time that it is asked. */
function peakTeller(): () => number {
  let peak: ResidentPeak | undefined;
  return () => {
    peak ??= new ResidentPeak();
    return peak.take();
  };
}

async function settledUsage(): Promise<Usage> {
  // Buffers are freed some time after the collection that found them unused.
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss, inUse: heapUsed + arrayBuffers };
}

if (process.argv[1] === THIS_FILE && process.argv[2] !== undefined) await serve(process.argv[2]);
