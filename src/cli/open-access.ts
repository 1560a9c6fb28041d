import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { type Configuration, UsageError } from './command-line.ts';
import { openToken } from './token.ts';

/** Who may ask, as the gateway takes it. */
interface OpenedAccess {
  readonly token: string | null;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Who may ask, with the token read. Throws a UsageError where other machines could reach the gateway and nothing would keep
 * them from the runs, unless that was asked for.
 */
export async function openAccess(
  { host, access }: Pick<Configuration, 'host' | 'access'>,
  warn: (message: string) => void,
): Promise<OpenedAccess> {
  const { hosts, origins } = access;
  const token = await openToken(access.token, warn);
  if (token === null && access.auth && !(await isLoopback(host))) {
    throw new UsageError(
      `other machines may reach ${host}, and would read the runs: --token-file FILE (or RUNLENS_TOKEN) names a token that ` +
        'they must show, --no-auth asks for none',
    );
  }
  return { token, hosts, origins };
}

async function isLoopback(host: string): Promise<boolean> {
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.every(({ address, family }) => LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  } catch (error) {
    throw new UsageError(`--host: there is no host ${host}`, { cause: error });
  }
}
