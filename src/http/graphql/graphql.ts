import type { RequestHandler } from 'express';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { type GraphContext, schema } from '../../../schema/index.ts';
import type { ReportFault } from '../../monitoring/faults.ts';
import { Traffic } from '../../monitoring/traffic.ts';
import type { ClientLimits } from '../limits/client-limits.ts';
import { type Limits, LOOPBACK_LIMITS } from '../limits/limits.ts';
import { requestId } from '../request-id.ts';
import { limitCost } from './cost.ts';
import { limitDocuments } from './documents.ts';
import { errorsOverHttp, type GraphqlRequest } from './errors.ts';
import { GRAPHIQL } from './graphiql.ts';
import { hideSchema } from './hardened.ts';
import { watchOperations } from './operation-watch.ts';
import { guardRequests } from './requests.ts';
import { openStreams, streamResults } from './result.ts';
import { limitSubscriptions } from './subscriptions.ts';
import { limitTime } from './time.ts';

export const GRAPHQL_PATH = '/graphql';

/** What stands before the path in a URL. */
const WHOLE_ADDRESS = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

export type Yoga = YogaServerInstance<GraphqlRequest, GraphContext>;

export interface GraphqlOptions {
  /** Whether to tell nothing of the schema to those who do not know it: no GraphiQL, introspection and suggestions. */
  readonly hardened?: boolean;
  /** Origins whose pages may ask, besides the gateway's own and those of this machine. */
  readonly origins?: readonly string[];
  /** What a body may have, and how long a query may take. */
  readonly limits?: Pick<Limits, 'bodyBytes' | 'requestSeconds'>;
  /** What counts the subscriptions of a client; without, it may have whatever it likes. */
  readonly clientLimits?: ClientLimits;
  /** Told of operations. */
  readonly traffic?: Traffic;
  /** Aborted when the gateway begins to shut down. */
  readonly closing?: AbortSignal;
}

/** GraphQL, by whatever way it is asked. @param report told of errors that a client is not */
export function createGraphql(
  context: GraphContext,
  report: ReportFault,
  {
    hardened = false,
    origins = [],
    limits = LOOPBACK_LIMITS,
    clientLimits,
    traffic = new Traffic(),
    closing = new AbortController().signal,
  }: GraphqlOptions = {},
): Yoga {
  return createYoga<GraphqlRequest, GraphContext>({
    schema,
    context: ({ req, operationId = requestId(req) }) => ({
      ...context,
      reportFailure: (field, error) => report(operationId, `GraphQL ${field}`, error),
    }),
    graphqlEndpoint: GRAPHQL_PATH,
    landingPage: false,
    cors: false,
    logging: false,
    maxRequestBodySize: limits.bodyBytes,
    plugins: [
      // Before all others, so that it is told what they refuse.
      watchOperations(traffic, closing),
      errorsOverHttp(report),
      guardRequests(origins),
      limitDocuments(),
      limitCost(),
      limitTime(limits.requestSeconds),
      ...(clientLimits ? [limitSubscriptions(clientLimits)] : []),
      ...(hardened ? [hideSchema()] : []),
      streamResults(),
      openStreams(),
    ],
    // Loaded when first asked for: the page weighs 9 MB.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    graphiql: !hardened && GRAPHIQL,
    // Errors are masked where they are told, over HTTP and over WebSocket, since they name their request there.
    maskedErrors: false,
  });
}

/** GraphQL over HTTP, subscriptions as server-sent events, and GraphiQL for browsers. */
export function answerGraphql(yoga: Yoga): RequestHandler {
  return async (request, response) => {
    // A media type is the same in capitals and with blanks behind it, which yoga does not know.
    const type = request.headers['content-type'];
    if (type !== undefined) request.headers['content-type'] = type.toLowerCase().replace(/\s+;/, ';');
    // A proxy may ask by the whole address, before which yoga would put that of the Host header.
    request.originalUrl = request.originalUrl.replace(WHOLE_ADDRESS, '');
    await yoga(request, response, { req: request });
  };
}
