import type { RequestHandler } from 'express';
import { type DocumentNode, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga, maskError, type YogaServerInstance } from 'graphql-yoga';
import type { WebSocketServer } from 'ws';
import { type GraphContext, schema } from '../../schema/index.ts';
import { RunlensError } from '../errors.ts';

export const GRAPHQL_PATH = '/graphql';

type Yoga = YogaServerInstance<object, GraphContext>;

/** GraphQL, by whatever way it is asked. @param report told of errors that a client is not */
export function createGraphql(context: GraphContext, report: (message: string) => void): Yoga {
  return createYoga<object, GraphContext>({
    schema,
    context,
    graphqlEndpoint: GRAPHQL_PATH,
    landingPage: false,
    cors: false,
    logging: false,
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

/** GraphQL over WebSocket, by the protocol graphql-transport-ws. */
export function serveGraphql(yoga: Yoga, sockets: WebSocketServer): void {
  // Yoga's own ways of doing it, with all its plugins, such as the one that masks errors.
  const { execute, subscribe } = yoga.getEnveloped();
  useServer(
    {
      execute,
      subscribe,
      onSubscribe: async ({ extra: { request } }, _id, { query, variables, operationName }) => {
        const { schema: enveloped, contextFactory, parse, validate } = yoga.getEnveloped({ req: request });
        try {
          const document: DocumentNode = parse(query);
          const errors = validate(enveloped, document);
          if (errors.length > 0) return errors;
          return {
            schema: enveloped,
            document,
            variableValues: variables ?? null,
            operationName: operationName ?? null,
            contextValue: await contextFactory(),
          };
        } catch (error) {
          // What is thrown here would cost the client its connection.
          if (error instanceof GraphQLError) return [error];
          throw error;
        }
      },
      isProd: true,
    },
    sockets,
  );
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
