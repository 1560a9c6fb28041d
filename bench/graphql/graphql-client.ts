/** Asks a server for what GraphQL answers, over a connection that stays. */
import type { HttpClient } from '../harness/http-client.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** @returns the answer as it came */
export async function receiveGraphql(client: HttpClient, request: GraphqlRequest): Promise<Buffer> {
  return (await client.post('/graphql', JSON.stringify(request))).body;
}

/** @returns the answer, parsed @throws where it tells of an error */
export async function askGraphql<Data>(client: HttpClient, request: GraphqlRequest): Promise<Data> {
  const body = await receiveGraphql(client, request);
  const { data, errors }: GraphqlAnswer<Data> = JSON.parse(body.toString());
  if (errors !== undefined || data == null) {
    throw new Error(`GraphQL answered: ${errors?.map(({ message }) => message).join('; ') ?? 'without data'}`);
  }
  return data;
}
