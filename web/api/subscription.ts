import { signal } from '@preact/signals';
import { type Client, createClient, type FormattedExecutionResult, type SubscribePayload } from 'graphql-ws/client';
import { gatewayUrl } from './gateway-url.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { errorOf, QueryError } from './query.ts';
import { endSession, openSession } from './session.ts';

/** Whether what is followed arrives: `lost` while the socket is down and is being opened again. */
export const connection = signal<'unused' | 'open' | 'lost'>('unused');

/** What a subscription gives: its one field, an event that tells its type. */
type Followed = Readonly<Record<string, { readonly __typename: string }>>;

const LONGEST_PAUSE_MS = 4000;
const UNUSED_FOR_MS = 5000;
const PING_EVERY_MS = 10_000;
/** A large event may be on its way before the answer. */
const LONGEST_SILENCE_MS = 15_000;

/** What the gateway closes a socket with that did not show the token. */
const FORBIDDEN = 4403;
/** What graphql-ws closes a socket with that was asleep when it was opened, or in which nothing comes. */
const INITIALISED_TOO_LATE = 4408;
const SILENT = 4499;

let following = 0;
let client: Client | undefined;

/**
 * The events of a subscription up to its StreamEnd, or until `stopped` is aborted: also across lost connections, and
 * gateways that end all streams since they stop, and start again. `variables` are read whenever it is asked for: those with
 * a cursor go on where they were. Where the gateway asks for a token, it waits until one has signed in. Throws a QueryError
 * where the gateway refuses it.
 */
export async function* subscribe<Data extends Followed, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => Variables,
  stopped: AbortSignal,
): AsyncGenerator<Data, void, undefined> {
  following++;
  try {
    for (let tries = 0; !stopped.aborted; tries++) {
      const session = await openSession(stopped);
      if (session === null) return;
      try {
        for await (const { data, errors } of ask<Data>({ query: String(document), variables: variables() }, stopped)) {
          if (errors || !data) throw errorOf(errors ?? []);
          yield data;
          if (isLast(data)) return;
          tries = 0;
        }
      } catch (error) {
        if (closeCodeOf(error) === FORBIDDEN) endSession(session);
        else if (!isLostConnection(error)) throw refusalOf(error);
      }
      await pause(tries, stopped);
    }
  } finally {
    following--;
    // Nobody opens it again.
    if (following === 0 && connection.value === 'lost') connection.value = 'unused';
  }
}

function isLast(data: Followed): boolean {
  return Object.values(data).some((event) => event.__typename === 'StreamEnd');
}

/** What comes of asking once. Throws what graphql-ws does: an event of the socket, or the errors of the operation. */
async function* ask<Data extends Followed>(
  payload: SubscribePayload,
  stopped: AbortSignal,
): AsyncGenerator<FormattedExecutionResult<Data>, void, undefined> {
  const results: FormattedExecutionResult<Data>[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake = () => {};
  const finish = (how: { readonly error?: unknown }) => {
    end ??= how;
    wake();
  };
  const stop = () => finish({});
  stopped.addEventListener('abort', stop);
  client ??= open();
  const dispose = client.subscribe<Data, Record<string, unknown>>(payload, {
    next(result) {
      results.push(result);
      wake();
    },
    error: (error) => finish({ error }),
    complete: stop,
  });
  try {
    while (!stopped.aborted) {
      const result = results.shift();
      if (result) yield result;
      else if (end && 'error' in end) throw end.error;
      else if (end) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stopped.removeEventListener('abort', stop);
    dispose();
  }
}

/** The socket of all subscriptions: there with the first one, until a while after the last one. */
function open(): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: () => gatewayUrl().href.replace(/^http/, 'ws'),
    // Each subscription asks again by itself, as it must too when it was ended.
    retryAttempts: 0,
    lazyCloseTimeout: UNUSED_FOR_MS,
    keepAlive: PING_EVERY_MS,
    on: {
      connected: () => {
        connection.value = 'open';
      },
      // A network that is gone tells nobody.
      ping: (isReceived) => {
        if (!isReceived) silence ??= setTimeout(() => socket.terminate(), LONGEST_SILENCE_MS);
      },
      message: () => {
        clearTimeout(silence);
        silence = undefined;
      },
      closed: () => {
        clearTimeout(silence);
        silence = undefined;
        connection.value = following > 0 ? 'lost' : 'unused';
      },
    },
  });
  return socket;
}

/** Closes the socket, which was opened as one who may read: what is followed goes on with another one. */
export function disconnect(): void {
  client?.terminate();
}

/**
 * Whether it is worth trying again: not where the gateway closed the socket since it did not understand, what answers is none,
 * or a mistake is the page's own.
 */
function isLostConnection(error: unknown): boolean {
  const code = closeCodeOf(error);
  if (code === null) return !(error instanceof Error || Array.isArray(error));
  return code < 4400 || code === INITIALISED_TOO_LATE || code === SILENT;
}

/** What a socket says when it is closed; null where it is not that. */
function closeCodeOf(event: unknown): number | null {
  const hasCode = typeof event === 'object' && event !== null && 'code' in event;
  return hasCode && typeof event.code === 'number' ? event.code : null;
}

function refusalOf(error: unknown): unknown {
  if (Array.isArray(error)) return errorOf(error);
  const code = closeCodeOf(error);
  return code === null
    ? error
    : new QueryError(`the gateway closed the connection with ${code}`, null, { cause: error });
}

/** Longer from time to time, with a share of chance, since all clients of a gateway that starts again would come at once. */
function pause(tries: number, stopped: AbortSignal): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** tries);
  return new Promise((resolve) => {
    if (stopped.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, longest * (0.5 + Math.random() / 2));
    stopped.addEventListener('abort', done);
  });
}
