import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { HostNotAllowed } from '../errors.ts';

/** What is wrong with the Host header of a request; null where nothing is. */
export type HostCheck = (host: string | undefined) => HostNotAllowed | null;

const LOCAL_NAME = /(^|\.)localhost$/;

/**
 * Lets only requests through that call the gateway by an address, as `localhost`, or by one of these names. A page of another
 * site can have its own name lead to this machine (DNS rebinding): for its browser the gateway then is where it comes from,
 * and its answers may be read. Its Host header tells. What is no browser may leave it out, by HTTP/1.0.
 *
 * @param names without a port, in whatever case
 */
export function checkHosts(names: readonly string[]): HostCheck {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return (host) => {
    if (host === undefined) return null;
    const name = nameIn(host);
    if (isIP(name) > 0 || LOCAL_NAME.test(name) || allowed.has(name)) return null;
    return new HostNotAllowed(`The gateway may not be asked by the name ${host}: --allowed-host allows one`);
  };
}

/** The address or name before the port, in lower case; '' where it is none. */
function nameIn(host: string): string {
  if (!URL.canParse(`http://${host}`)) return '';
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** The check for what Express serves. */
export function refuseForeignHosts(check: HostCheck): RequestHandler {
  return ({ headers }, _response, next) => {
    next(check(headers.host) ?? undefined);
  };
}
