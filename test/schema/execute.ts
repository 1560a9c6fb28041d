import { type DocumentNode, type GraphQLFormattedError, print } from 'graphql';

/** A document that carries the types of its answer and of its variables, as code generation writes it. */
export interface TypedDocument<Data, Variables> extends DocumentNode {
  readonly __apiType?: (variables: Variables) => Data;
}

export interface Execution<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Sends an operation as JSON. @param url of the gateway */
export async function execute<Data, Variables>(
  url: string,
  document: TypedDocument<Data, Variables>,
  variables: Variables,
): Promise<Execution<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data = null, errors = [] }: Partial<Execution<Data>> = await response.json();
  return { data, errors };
}

/** The answer to an operation in which nothing may fail. @param url of the gateway */
export async function ask<Data, Variables>(
  url: string,
  document: TypedDocument<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, errors } = await execute(url, document, variables);
  if (data === null || errors.length > 0) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
  return data;
}
