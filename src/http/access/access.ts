import type { IncomingHttpHeaders } from 'node:http';
import { HostNotAllowed, OriginNotAllowed, type RunlensError, Unauthenticated } from '../../errors.ts';
import { checkHosts, type HostCheck } from './hosts.ts';
import { isForeignOrigin } from './origins.ts';
import { Token } from './token.ts';

/** What the operator allows. */
export interface AccessConfig {
  /** What every client must know; null: nothing. */
  readonly token: string | null;
  /** Names that the gateway goes by, besides addresses and localhost; without a port. */
  readonly hosts: readonly string[];
  /** Origins whose pages may ask, besides the gateway's own and those of this machine: `https://example.org`. */
  readonly origins: readonly string[];
}

/** Whoever reaches it may ask, other than pages of foreign origins. */
export const OPEN: AccessConfig = { token: null, hosts: [], origins: [] };

/** Who may ask. Each rule gives the error that refuses a request by its headers, or null. */
export class Access {
  readonly token: Token | null;
  readonly origins: readonly string[];
  readonly #isHost: HostCheck;

  constructor({ token, hosts, origins }: AccessConfig) {
    this.token = token === null ? null : new Token(token);
    this.origins = origins;
    this.#isHost = checkHosts(hosts);
  }

  refuseHost({ host }: IncomingHttpHeaders): RunlensError | null {
    if (this.#isHost(host)) return null;
    return new HostNotAllowed(`The gateway does not go by the name ${host}; --allowed-host allows one`);
  }

  refuseOrigin(headers: IncomingHttpHeaders): RunlensError | null {
    return isForeignOrigin(headers, this.origins) ? new OriginNotAllowed('Pages of this origin may not connect') : null;
  }

  refuseStranger({ authorization, cookie }: IncomingHttpHeaders): RunlensError | null {
    if (this.token === null || this.token.isIn(authorization) || this.token.isInCookies(cookie)) return null;
    return new Unauthenticated('A token is needed: Authorization: Bearer TOKEN');
  }

  /** Whether a GraphQL socket may go on: it may bring the token in its first message too, since pages can set no header. */
  admitsSocket(headers: IncomingHttpHeaders, params: Readonly<Record<string, unknown>> = {}): boolean {
    const { token } = this;
    if (token === null || this.refuseStranger(headers) === null) return true;
    return Object.entries(params).some(([key, value]) => {
      if (typeof value !== 'string') return false;
      return key.toLowerCase() === 'authorization' ? token.isIn(value) : key === 'token' && token.is(value);
    });
  }
}
