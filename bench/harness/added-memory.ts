/**
 * What clients that stay add to the memory of a gateway. Both ends of the difference are taken after garbage collections
 * and once there is nothing more to do. Work of the same kind should come first, lest what is made once for all counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayProcess, Usage } from './gateway-process.ts';

const LOOK_EVERY_MS = 1000;
/** The share of the time since the last look in which a gateway at rest is busy, at most. */
const AT_REST = 0.05;

/** @param add connects the clients @returns the memory that they add, and what `add` gave */
export async function measureAdded<Clients>(
  gateway: GatewayProcess,
  add: () => Promise<Clients>,
): Promise<{ readonly added: Usage; readonly clients: Clients }> {
  const before = await settledUsage(gateway);
  const clients = await add();
  const after = await settledUsage(gateway);
  return { added: { resident: after.resident - before.resident, inUse: after.inUse - before.inUse }, clients };
}

/** The memory once the gateway has nothing more to do. */
async function settledUsage(gateway: GatewayProcess): Promise<Usage> {
  do await sleep(LOOK_EVERY_MS);
  while ((await gateway.utilization()) > AT_REST);
  return gateway.usage();
}
