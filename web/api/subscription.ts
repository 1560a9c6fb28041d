import { signal } from '@preact/signals';
import { type Client, createClient } from 'graphql-ws/client';
import type { TypedDocumentString } from './generated/graphql.ts';
import { errorOf } from './query.ts';

/** Whether what is followed arrives: `lost` while the socket is down and is being opened again. */
export const connection = signal<'unused' | 'open' | 'lost'>('unused');

const LONGEST_PAUSE_MS = 4000;

/** Opened with the first subscription; opened again as often as it takes. */
const socket: Client = createClient({
  url: () => new URL('graphql', document.baseURI).href.replace(/^http/, 'ws'),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: pause,
  lazyCloseTimeout: 5000,
  on: {
    connected: () => {
      connection.value = 'open';
    },
    closed: (event) => {
      connection.value = wasAskedFor(event) ? 'unused' : 'lost';
    },
  },
});

function wasAskedFor(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000 && event.wasClean;
}

/** Longer from time to time, with a share of chance, since all clients of a gateway that starts again would come at once. */
async function pause(tries: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** tries);
  await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

/**
 * The events of a subscription until it ends or `stopped` is aborted; also across lost connections and gateways that start
 * again. `variables` are read whenever it is asked for: those with a cursor go on where they were. Throws a QueryError.
 */
export async function* subscribe<Data extends Record<string, unknown>, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: () => Variables,
  stopped: AbortSignal,
): AsyncGenerator<Data, void, undefined> {
  const payload = {
    query: String(document),
    get variables() {
      return { ...variables() };
    },
  };
  const events = socket.iterate<Data>(payload);
  const stop = () => void events.return?.();
  stopped.addEventListener('abort', stop, { once: true });
  try {
    for await (const { data, errors } of events) {
      if (stopped.aborted) return;
      if (errors || !data) throw errorOf(errors ?? []);
      yield data;
    }
  } finally {
    stopped.removeEventListener('abort', stop);
    stop();
  }
}
