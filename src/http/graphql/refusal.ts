import type { ErrorRequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { RunlensError } from '../../errors.ts';
import { errorHeaders } from '../errors.ts';
import { requestId } from '../request-id.ts';

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
    extensions: {
      code: error.code,
      ...details,
      http: { status: error.status, spec: isOfQuery, headers: errorHeaders(error) },
    },
  });
}

/** Answers, in the way of GraphQL, requests that were refused before it was asked. */
export const answerGraphqlErrors: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (!(error instanceof RunlensError)) return next(error);
  const { code, message, status } = error;
  const type = request.accepts('application/json', 'application/graphql-response+json') || 'application/json';
  const body = { errors: [{ message, extensions: { code, requestId: requestId(request) } }] };
  response.set(errorHeaders(error)).status(status).type(type).send(JSON.stringify(body));
};
