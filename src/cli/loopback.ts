import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { UsageError } from './usage-error.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine may reach a server there. Throws a UsageError where there is no such host. */
export async function isLoopback(host: string): Promise<boolean> {
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.every(({ address, family }) => LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  } catch (error) {
    const hint = host.startsWith('[') ? ': an address of IPv6 is named without brackets' : '';
    throw new UsageError(`--host: there is no host ${host}${hint}`, { cause: error });
  }
}
