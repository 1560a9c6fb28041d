import { z } from 'zod';
import { addressOf, type Operation, overSse, overWebSocket, type Transport } from './operation-clients.ts';

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
});

export type GraphqlResult = z.infer<typeof graphqlResult>;

/** Asks once; of a subscription, the first result. @param url the gateway's, without a slash at the end */
type OneAnswerClient = (url: string, operation: Operation) => Promise<GraphqlResult>;

const post: OneAnswerClient = async (url, operation) => {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(operation) });
  return graphqlResult.parse(await response.json());
};

const get: OneAnswerClient = async (url, operation) => {
  const response = await fetch(addressOf(url, operation), { headers: { accept: 'application/json' } });
  return graphqlResult.parse(await response.json());
};

function firstOver(transport: Transport): OneAnswerClient {
  return async (url, operation) => {
    const client = transport(url, operation);
    try {
      const event = await client.next();
      if (event.type !== 'result') throw new Error(`no result, but ${JSON.stringify(event)}`);
      return graphqlResult.parse(event);
    } finally {
      client.close();
    }
  };
}

/** Every way to ask, by the name that tests show. */
export const CLIENTS = [
  ['POST', post],
  ['GET', get],
  ['server-sent events', firstOver(overSse)],
  ['WebSocket', firstOver(overWebSocket)],
] as const;

/** The ways to follow a subscription. */
export const SUBSCRIBERS = CLIENTS.slice(2);
