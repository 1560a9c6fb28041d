const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}

/** Whether a page of that origin comes from this machine, at whatever port, or is among those that the operator named. */
export function isTrustedOrigin(origin: string | undefined, named: readonly string[]): boolean {
  return origin !== undefined && (LOOPBACK_ORIGIN.test(origin) || named.includes(origin));
}

/** Whether the client is a page of a foreign origin: browsers let any page send requests to anywhere. */
export function isForeignOrigin({ origin, host }: OriginHeaders, named: readonly string[]): boolean {
  return origin !== undefined && !isTrustedOrigin(origin, named) && origin.replace(/^https?:\/\//, '') !== host;
}
