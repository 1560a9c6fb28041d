import type { RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { createYoga, maskError, type YogaServerInstance } from 'graphql-yoga';
import { type GraphContext, schema } from '../../schema/index.ts';
import { RunlensError } from '../errors.ts';
import { streamResults } from './graphql-result.ts';

export const GRAPHQL_PATH = '/graphql';

export type Yoga = YogaServerInstance<object, GraphContext>;

/** GraphQL, by whatever way it is asked. @param report told of errors that a client is not */
export function createGraphql(context: GraphContext, report: (message: string) => void): Yoga {
  return createYoga<object, GraphContext>({
    schema,
    context,
    graphqlEndpoint: GRAPHQL_PATH,
    landingPage: false,
    cors: false,
    logging: false,
    plugins: [streamResults()],
    // Loaded when first asked for: the page weighs 9 MB.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    graphiql: { title: 'Runlens', subscriptionsProtocol: 'WS' },
    maskedErrors: { maskError: (error, message) => clientError(error, message, report) },
  });
}

/** GraphQL over HTTP, subscriptions as server-sent events, and GraphiQL for browsers. */
export function answerGraphql(yoga: Yoga): RequestHandler {
  return async (request, response) => {
    await yoga(request, response);
  };
}

/** What a client may know of an error: what our own say, and of others that there was one. */
function clientError(error: unknown, message: string, report: (message: string) => void): Error {
  const cause = error instanceof GraphQLError ? error.originalError : error;
  if (error instanceof GraphQLError && cause instanceof RunlensError) {
    return new GraphQLError(cause.message, {
      nodes: error.nodes ?? null,
      path: error.path ?? null,
      originalError: cause,
      extensions: { code: cause.code },
    });
  }
  const masked = maskError(error, message, false);
  if (masked !== error) report(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  return masked;
}
