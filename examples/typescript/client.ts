import { type Client, type ClientOptions, createClient } from 'graphql-ws/client';
import type { TypedDocumentString } from './generated/graphql.js';

/**
 * The answer to a query, typed by its document. Throws where there is none, or any part of it is an error.
 *
 * @param url of the gateway, such as `http://127.0.0.1:23300`
 */
export async function ask<Data, Variables>(
  url: string,
  query: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  }).catch((cause: unknown) => {
    throw new Error(`no gateway answers at ${url}`, { cause });
  });
  const { data, errors }: { data?: Data; errors?: readonly { message: string }[] } = await response.json();
  if (errors || !data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? `${response.status}`);
  return data;
}

/**
 * A socket for subscriptions, open while there are any, which reconnects as often as it takes.
 *
 * @param options `webSocketImpl` where there is no global `WebSocket`: that of the package `ws` in Node.js 20
 */
export function connect(url: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    ...options,
  });
}
