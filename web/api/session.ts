import { signal } from '@preact/signals';

/**
 * The session that the page asks in, by its number; null while one has to sign in. The first one is there without that: many
 * gateways ask for no token, and a browser may have the cookie.
 */
export const session = signal<number | null>(0);

let latest = 0;

/** One has signed in: whoever waits for that goes on. */
export function beginSession(): void {
  latest++;
  session.value = latest;
}

/** @param ended in which something was refused: nothing ends where there is a newer one. The present one unless given */
export function endSession(ended: number = latest): void {
  if (ended === latest) session.value = null;
}

/** The session to ask in, once there is one; null where the signal is aborted before. */
export async function openSession(stopped?: AbortSignal): Promise<number | null> {
  // Not read, so that whoever asks within an effect does not ask anew with each session.
  const present = session.peek();
  if (present !== null) return present;
  let unsubscribe = () => {};
  const opened = await new Promise<number | null>((resolve) => {
    if (stopped?.aborted) return resolve(null);
    stopped?.addEventListener('abort', () => resolve(null), { once: true });
    unsubscribe = session.subscribe((number) => {
      if (number !== null) resolve(number);
    });
  });
  unsubscribe();
  return opened;
}
