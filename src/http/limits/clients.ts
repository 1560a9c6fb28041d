import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';
import proxyAddr from 'proxy-addr';

/** Tells clients apart, by their addresses. Those of IPv6 count by the network of 56 bits that one household has. */
export class Clients {
  readonly #isProxy: (address: string, hop: number) => boolean;

  /** @param proxies addresses and networks that tell by `X-Forwarded-For` for whom they ask, as proxy-addr takes them */
  constructor(proxies: readonly string[]) {
    this.#isProxy = proxyAddr.compile([...proxies]);
  }

  /** Who sent the request, other than the proxies that passed it on. */
  of(request: IncomingMessage): string {
    return keyOf(this.addressOf(request));
  }

  /** The address of that client; undefined where it is gone already. Who has none by its proxy's word has that of the proxy. */
  addressOf(request: IncomingMessage): string | undefined {
    const { remoteAddress } = request.socket;
    if (remoteAddress === undefined || !this.#isProxy(remoteAddress, 0)) return remoteAddress;
    return proxyAddr
      .all(request, this.#isProxy)
      .map(withoutPort)
      .findLast((address) => isIP(address) > 0);
  }

  /** Whose connection it is; null where a proxy has it, for many, and where it is gone already. */
  ofConnection(address: string | undefined): string | null {
    if (address === undefined || this.#isProxy(address, 0)) return null;
    return keyOf(address);
  }
}

/** Some proxies tell it with the port. */
function withoutPort(address: string): string {
  return address.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1').replace(/^\[(.*)\](?::\d+)?$/, '$1');
}

/** @param address undefined where the client is gone already, or '' in a header */
function keyOf(address: string | undefined): string {
  return address === undefined ? '' : ipKeyGenerator(address);
}
