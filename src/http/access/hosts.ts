import { isIP } from 'node:net';

/** Tells whether a request may be for that `Host`; undefined where it has none. */
export type HostCheck = (host: string | undefined) => boolean;

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
    if (host === undefined) return true;
    const name = nameIn(host);
    return isIP(name) > 0 || LOCAL_NAME.test(name) || allowed.has(name);
  };
}

/** The address or name before the port, in lower case; '' where it is none. */
function nameIn(host: string): string {
  // Behind one of these an address would be of something else.
  if (/[/\\@?#]/.test(host) || !URL.canParse(`http://${host}`)) return '';
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
