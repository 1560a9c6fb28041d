import { gatewayUrl } from './gateway-url.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { endSession, openSession } from './session.ts';

/** The code of what the gateway refuses since the token was not shown. */
const UNAUTHENTICATED = 'UNAUTHENTICATED';

/** Why the gateway gave no answer, or only part of one. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  /** As in docs/errors.md; null where no gateway answered. */
  readonly code: string | null;

  constructor(message: string, code: string | null, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface GraphqlError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

interface Answer<Data> {
  readonly data?: Data;
  readonly errors?: readonly GraphqlError[];
}

/**
 * The answer to a query, typed by its document; where the gateway asks for a token, once one has signed in. Rejects with a
 * QueryError where there is none or any part of it is an error, with the signal's reason where that is aborted.
 */
export async function query<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  stopped?: AbortSignal,
): Promise<Data> {
  for (;;) {
    const session = await openSession(stopped);
    if (session === null) throw stopped?.reason;
    const { data, errors } = await ask<Data>(JSON.stringify({ query: document, variables }), stopped);
    if (data && !errors) return data;
    const error = errorOf(errors ?? []);
    if (error.code !== UNAUTHENTICATED) throw error;
    endSession(session);
  }
}

async function ask<Data>(body: string, stopped?: AbortSignal): Promise<Answer<Data>> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(gatewayUrl(), { method: 'POST', headers, body, signal: stopped ?? null }).catch(
    (cause: unknown) => {
      stopped?.throwIfAborted();
      throw new QueryError('no gateway answers', null, { cause });
    },
  );
  return readJson(response);
}

async function readJson(response: Response) {
  try {
    return await response.json();
  } catch (cause) {
    throw new QueryError(`the gateway answered ${response.status} ${response.statusText}`, null, { cause });
  }
}

/** @param errors of one operation, the first of which tells its code */
export function errorOf(errors: readonly GraphqlError[]): QueryError {
  const message = errors.map((error) => error.message).join('\n') || 'the answer is empty';
  return new QueryError(message, errors[0]?.extensions?.code ?? null);
}

/** Whether no gateway answered: the next time one may. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof QueryError && error.code === null;
}
