/**
 * What subscribers that do nothing cost the gateway: those that have received everything, and those that do not receive.
 * Both ends of each difference are taken after garbage collections and after work of the same kind: neither garbage nor
 * what is made once for all counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { GatewayProcess, Usage } from './gateway-process.ts';
import { connectGraphql, subscribeLog, WHOLE_LOG } from './log-receivers.ts';

const IDLE_TAIL = 100;
const MOST_WARMING_LINES = 1_000_000;
const LOOK_EVERY_MS = 1000;
/** The share of the time since the last look in which a gateway at rest is busy, at most. */
const AT_REST = 0.05;

/** Subscribers that have received all there is. @returns the memory that they add */
export async function measureIdle(gateway: GatewayProcess, runId: string, count: number): Promise<Usage> {
  await disconnect(await subscribe(gateway.url, runId, count, IDLE_TAIL));
  return measureAdded(gateway, () => subscribe(gateway.url, runId, count, IDLE_TAIL));
}

/**
 * Subscribers to the whole of a long log whose sockets take nothing after the first batch.
 *
 * @param lines of the log
 * @returns the memory that they add
 */
export async function measureStalled(
  gateway: GatewayProcess,
  runId: string,
  lines: number,
  count: number,
): Promise<Usage> {
  await replay(gateway.url, runId, Math.min(lines, MOST_WARMING_LINES));
  return measureAdded(gateway, () => subscribe(gateway.url, runId, count, WHOLE_LOG, (socket) => socket.pause()));
}

async function measureAdded(gateway: GatewayProcess, add: () => Promise<WebSocket[]>): Promise<Usage> {
  const before = await settledUsage(gateway);
  const sockets = await add();
  const after = await settledUsage(gateway);
  await disconnect(sockets);
  return { resident: after.resident - before.resident, inUse: after.inUse - before.inUse };
}

/** @param started told of each subscriber at its first batch */
async function subscribe(
  url: string,
  runId: string,
  count: number,
  tail: number,
  started: (socket: WebSocket) => void = () => {},
): Promise<WebSocket[]> {
  const one = async (): Promise<WebSocket> => {
    const socket = await connectGraphql(url);
    await new Promise<void>((resolve) => {
      subscribeLog(socket, runId, tail, () => {
        started(socket);
        resolve();
      });
    });
    return socket;
  };
  return Promise.all(Array.from({ length: count }, one));
}

async function replay(url: string, runId: string, lines: number): Promise<void> {
  const socket = await connectGraphql(url);
  let received = 0;
  await new Promise<void>((resolve) => {
    subscribeLog(socket, runId, WHOLE_LOG, (batch) => {
      received += batch.length;
      if (received >= lines) resolve();
    });
  });
  await disconnect([socket]);
}

async function disconnect(sockets: readonly WebSocket[]): Promise<void> {
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of sockets) socket.terminate();
  await Promise.all(closed);
}

/** The memory once the gateway has nothing more to do. */
async function settledUsage(gateway: GatewayProcess): Promise<Usage> {
  do await sleep(LOOK_EVERY_MS);
  while ((await gateway.utilization()) > AT_REST);
  return gateway.usage();
}
