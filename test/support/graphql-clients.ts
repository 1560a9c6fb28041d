import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

interface GraphqlRequest {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly extensions?: object;
}

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
});

export type GraphqlResult = z.infer<typeof graphqlResult>;

/** Asks once; of a subscription, the first result. @param url the gateway's, without a slash at the end */
type GraphqlClient = (url: string, request: GraphqlRequest) => Promise<GraphqlResult>;

const graphqlMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('next'), payload: graphqlResult }),
  z.object({ type: z.literal('error'), payload: z.array(z.unknown()) }),
]);

const post: GraphqlClient = async (url, request) => {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(request) });
  return graphqlResult.parse(await response.json());
};

const get: GraphqlClient = async (url, request) => {
  const response = await fetch(addressOf(url, request), { headers: { accept: 'application/json' } });
  return graphqlResult.parse(await response.json());
};

const sse: GraphqlClient = async (url, request) => {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(request) });
  let received = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    received += decoder.decode(bytes, { stream: true });
    const [, data] = /^data: (.+)\n\n/m.exec(received) ?? [];
    if (data !== undefined) return graphqlResult.parse(JSON.parse(data));
  }
  throw new Error(`no event, but ${received}`);
};

const webSocket: GraphqlClient = async (url, request) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  try {
    await once(socket, 'open');
    const say = (message: object) => socket.send(JSON.stringify(message));
    say({ type: 'connection_init' });
    await once(socket, 'message');
    say({ type: 'subscribe', id: '1', payload: request });
    const [data]: unknown[] = await once(socket, 'message');
    const message = graphqlMessage.parse(JSON.parse(String(data)));
    return graphqlResult.parse(message.type === 'next' ? message.payload : { errors: message.payload });
  } finally {
    socket.terminate();
  }
};

function addressOf(url: string, { query, variables, operationName, extensions }: GraphqlRequest): string {
  const parameters = new URLSearchParams({ query });
  if (variables !== undefined) parameters.set('variables', JSON.stringify(variables));
  if (operationName !== undefined) parameters.set('operationName', operationName);
  if (extensions !== undefined) parameters.set('extensions', JSON.stringify(extensions));
  return `${url}/graphql?${parameters}`;
}

/** Every way to ask, by the name that tests show. */
export const CLIENTS = [
  ['POST', post],
  ['GET', get],
  ['server-sent events', sse],
  ['WebSocket', webSocket],
] as const;

/** The ways to follow a subscription. */
export const SUBSCRIBERS = CLIENTS.slice(2);
