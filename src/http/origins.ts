const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Whether a page of that origin comes from this machine, at whatever port. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin !== undefined && LOOPBACK_ORIGIN.test(origin);
}

interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}

/** Whether the client is a page of a foreign origin: browsers let any page send requests to anywhere. */
export function isForeignOrigin({ origin, host }: OriginHeaders): boolean {
  return origin !== undefined && !isLoopbackOrigin(origin) && origin.replace(/^https?:\/\//, '') !== host;
}
