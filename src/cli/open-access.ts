import type { Configuration } from './serve-command.ts';
import { openToken } from './token.ts';
import { UsageError } from './usage-error.ts';

/** Who may ask, as the gateway takes it. */
interface OpenedAccess {
  readonly token: string | null;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

/**
 * Who may ask, with the token read. Throws a UsageError where other machines could reach the gateway and nothing would keep
 * them from the runs, unless that was asked for.
 */
export async function openAccess(
  { host, access }: Pick<Configuration, 'host' | 'access'>,
  isLocal: boolean,
  warn: (message: string) => void,
): Promise<OpenedAccess> {
  const { hosts, origins } = access;
  const token = await openToken(access.token, warn);
  if (token === null && access.auth && !isLocal) {
    throw new UsageError(
      `other machines may reach ${host}, and would read the runs: --token-file FILE (or RUNLENS_TOKEN) names a token that ` +
        'they must show, --no-auth asks for none',
    );
  }
  return { token, hosts, origins };
}
