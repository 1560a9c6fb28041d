/** What subscribers that do nothing cost the gateway: those that have received everything, and those that do not receive. */
import type { WebSocket } from 'ws';
import { measureAdded } from '../harness/added-memory.ts';
import type { GatewayProcess, Usage } from '../harness/gateway-process.ts';
import { connectGraphql, subscribeLog, WHOLE_LOG } from './log-receivers.ts';

const IDLE_TAIL = 100;
const MOST_WARMING_LINES = 1_000_000;

/** Subscribers that have received all there is. @returns the memory that they add */
export async function measureIdle(gateway: GatewayProcess, runId: string, count: number): Promise<Usage> {
  await disconnect(await subscribe(gateway.url, runId, count, IDLE_TAIL));
  return measureSubscribers(gateway, () => subscribe(gateway.url, runId, count, IDLE_TAIL));
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
  return measureSubscribers(gateway, () => subscribe(gateway.url, runId, count, WHOLE_LOG, (socket) => socket.pause()));
}

async function measureSubscribers(gateway: GatewayProcess, add: () => Promise<WebSocket[]>): Promise<Usage> {
  const { added, clients } = await measureAdded(gateway, add);
  await disconnect(clients);
  return added;
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
