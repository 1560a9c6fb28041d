import { signal } from '@preact/signals';
import { beginSession, endSession } from './session.ts';
import { disconnect } from './subscription.ts';

/** Why one is not signed in. */
export type SignInFailure =
  | { readonly kind: 'no-cookies' | 'wrong-token' | 'no-gateway' }
  /** `seconds` until the gateway listens again; null where it does not tell. */
  | { readonly kind: 'too-often'; readonly seconds: number | null }
  /** `code` as in docs/errors.md, or the status. */
  | { readonly kind: 'refused'; readonly code: string };

/**
 * Whether somebody has signed in here and may sign out, in whichever tab. The cookie itself is hidden from pages, and where a
 * proxy shows the token there is none.
 */
export const hasSignedIn = signal(false);

/** Has the gateway give its cookie for the token. @returns why it did not; null where all goes on */
export async function signIn(token: string): Promise<SignInFailure | null> {
  if (!navigator.cookieEnabled) return { kind: 'no-cookies' };
  const response = await askSession('POST', { token });
  // It asks for no token any more.
  if (response?.status === 404) beginSession();
  else if (!response?.ok) return failureOf(response);
  else {
    beginSession();
    remember(true);
  }
  return null;
}

/** Has the gateway take its cookie back. @returns whether it did: without it, nobody is signed out */
export async function signOut(): Promise<boolean> {
  const response = await askSession('DELETE');
  const asksForNone = response?.status === 404;
  if (!response?.ok && !asksForNone) return false;
  remember(false);
  if (!asksForNone) leave();
  return true;
}

/** Goes along with those who sign in and out in other tabs, for as long as the page is there. */
export function followOtherTabs(): void {
  hasSignedIn.value = navigator.cookieEnabled && localStorage.getItem(storageKey()) !== null;
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== storageKey()) return;
    hasSignedIn.value = newValue !== null;
    if (newValue === null) leave();
    else beginSession();
  });
}

function leave(): void {
  endSession();
  disconnect();
}

function remember(isSignedIn: boolean): void {
  hasSignedIn.value = isSignedIn;
  // Another text each time, since only changes are told to other tabs.
  if (isSignedIn) localStorage.setItem(storageKey(), new Date().toISOString());
  else localStorage.removeItem(storageKey());
}

/** Gateways below other paths of the same host have other tokens. */
function storageKey(): string {
  return `signed in ${sessionUrl().pathname}`;
}

function sessionUrl(): URL {
  return new URL('session', document.baseURI);
}

/** @returns null where nothing answers, which is all that fetch rejects for */
async function askSession(method: 'POST' | 'DELETE', body?: object): Promise<Response | null> {
  const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    return await fetch(sessionUrl(), { method, ...json });
  } catch {
    return null;
  }
}

function failureOf(response: Response | null): SignInFailure {
  if (response === null || response.status >= 500) return { kind: 'no-gateway' };
  if (response.status === 401) return { kind: 'wrong-token' };
  if (response.status === 429) {
    const seconds = Number(response.headers.get('Retry-After'));
    return { kind: 'too-often', seconds: seconds > 0 ? seconds : null };
  }
  return { kind: 'refused', code: response.headers.get('X-Error-Code') ?? String(response.status) };
}
