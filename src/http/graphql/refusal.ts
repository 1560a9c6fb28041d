import { GraphQLError } from 'graphql';
import type { RunlensError } from '../../errors.ts';

interface RefusalOptions {
  /** For programs, beside the code. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether it is the query that is wrong: to clients that know only application/json, HTTP says 200 then. */
  readonly isOfQuery?: boolean;
}

/** An error that answers a request as a whole. */
export function refusal(error: RunlensError, { details, isOfQuery = false }: RefusalOptions = {}) {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, ...details, http: { status: error.status, spec: isOfQuery } },
  });
}
