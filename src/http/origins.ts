const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Whether a page of that origin comes from this machine, at whatever port. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin !== undefined && LOOPBACK_ORIGIN.test(origin);
}
