import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { type ExecutionResult, GraphQLError, Kind } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { ERROR_STATUS, type ErrorCode, isErrorCode, Overloaded, RunlensError } from '../../errors.ts';
import type { ReportFault } from '../../monitoring/faults.ts';
import { isExhaustion } from '../../system-error.ts';
import { refusalCode } from '../errors.ts';
import { requestId } from '../request-id.ts';

/** By what an operation came: an HTTP request, or the one that opened its socket. */
export interface GraphqlRequest {
  readonly req: IncomingMessage;
  /** The id of an operation on a socket, where the request has many. */
  readonly operationId?: string;
}

/** Extensions by which yoga tells itself about an error. */
const OF_YOGA: ReadonlySet<string> = new Set(['http', 'unexpected', 'originalError']);

/**
 * Which errors GraphQL over HTTP has as 200 to clients that know only application/json, where yoga and its executor say
 * otherwise: variables that do not fit. A request that is no operation is 400 to every client.
 */
const IS_OF_OPERATION: ReadonlyMap<unknown, boolean> = new Map<ErrorCode, boolean>([
  ['BAD_REQUEST', false],
  ['BAD_USER_INPUT', true],
]);

/** Mostly of a subscription that is asked for as queries are. */
const NOT_ACCEPTABLE =
  'Accept names nothing that this can be answered in: a query is answered as application/graphql-response+json or ' +
  'application/json, a subscription as text/event-stream, or over a WebSocket';

/** Has every answer over HTTP tell its errors by `tellError`, and refusals that yoga leaves without a body have one. */
export function errorsOverHttp(report: ReportFault): Plugin<object, GraphqlRequest> {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser !== undefined) setRequestParser(refusingBadJson(requestParser));
    },
    onResultProcess(hook) {
      const { result, serverContext } = hook;
      const id = requestId(serverContext.req);
      const tell = <R extends ExecutionResult>(one: R) => {
        const errors = one.errors?.map((error) => withStatus(tellError(error, id, report), error, one));
        return errors === undefined ? one : { ...one, errors };
      };
      if (isAsyncIterable(result)) hook.setResult(mapAsyncIterator(result, tell));
      else hook.setResult(Array.isArray(result) ? result.map(tell) : tell(result));
    },
    onResponse(hook) {
      const { serverContext, fetchAPI } = hook;
      const { status, headers, body } = hook.response;
      if (status < 400 || body !== null) return;
      const message = status === 406 ? NOT_ACCEPTABLE : (STATUS_CODES[status] ?? 'Refused');
      const extensions = { code: refusalCode(status), requestId: requestId(serverContext.req) };
      headers.set('content-type', 'application/graphql-response+json; charset=utf-8');
      const text = JSON.stringify({ errors: [{ message, extensions }] });
      hook.setResponse(new fetchAPI.Response(text, { status, headers }));
    },
  };
}

/** Parameters of a URL are JSON too, which yoga's parsers take for granted. */
function refusingBadJson<Parameters>(parse: (request: Request) => Parameters | PromiseLike<Parameters>) {
  return async (request: Request): Promise<Parameters> => {
    try {
      return await parse(request);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const message = `The parameters variables and extensions must be JSON: ${error.message}`;
      throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
    }
  };
}

/** The same error with what yoga makes the status of an answer of; one that has data is no failure as a whole. */
function withStatus(told: GraphQLError, { extensions }: GraphQLError, result: ExecutionResult): GraphQLError {
  const { code } = told.extensions;
  if ('data' in result) return told;
  if ('http' in extensions) {
    const isOfOperation = IS_OF_OPERATION.get(code);
    const spec = isOfOperation === undefined ? {} : { spec: isOfOperation };
    Object.assign(told.extensions, { http: Object.assign({}, extensions.http, spec) });
  } else if (isErrorCode(code)) {
    const status = ERROR_STATUS[code];
    // What is an error in the sense of the specification is 200 to clients that know only application/json.
    Object.assign(told.extensions, { http: { status, spec: status < 500 } });
  }
  return told;
}

/**
 * What a client may know of an error: what our own say, and GraphQL's of what it was asked, and of others that there was
 * one. What is no fault of the client's is reported. Never the error itself: some are kept for other requests.
 *
 * @param id of the request
 */
export function tellError(error: GraphQLError, id: string, report: ReportFault): GraphQLError {
  const code = errorCode(error);
  const cause = causeOf(error);
  if (ERROR_STATUS[code] >= 500) report(id, `GraphQL ${error.path?.join('.') ?? 'request'}`, cause);
  const { nodes, source, positions, path } = error;
  const isMasked = code === 'INTERNAL_SERVER_ERROR';
  const extensions = Object.entries(isMasked ? {} : error.extensions).filter(([name]) => !OF_YOGA.has(name));
  // Of the system's own words, which may name a file, nothing is told.
  const message = cause instanceof Overloaded ? cause.message : error.message;
  return new GraphQLError(isMasked ? 'Internal server error' : message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: { ...Object.fromEntries(extensions), code, requestId: id },
  });
}

/** The error that GraphQL has put into others, which say where it happened; in our words where it speaks of the process. */
function causeOf(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return isExhaustion(cause) ? new Overloaded(cause.code, { cause }) : cause;
}

/** The code that a client is told of an error. */
export function errorCode(error: GraphQLError): ErrorCode {
  const cause = causeOf(error);
  if (cause instanceof RunlensError) return cause.code;
  if (!(cause instanceof GraphQLError)) return 'INTERNAL_SERVER_ERROR';
  const { code, http } = error.extensions;
  if (isErrorCode(code) && code !== 'BAD_REQUEST') return code;
  // A library has its own names, and few of them.
  return typeof code === 'string' ? refusalCode(statusOf(http)) : codeOfGraphql(error, cause);
}

/** The code of an error of GraphQL's own: those have none, but what they point at tells them apart. */
function codeOfGraphql({ path, nodes, positions }: GraphQLError, cause: GraphQLError): ErrorCode {
  // Of a field: an argument, which stands in the document, or a value that the field's type cannot say.
  if (path !== undefined) return cause.nodes === undefined ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
  // An operation of a kind that there is not.
  if (nodes?.[0]?.kind === Kind.OPERATION_DEFINITION) return 'GRAPHQL_VALIDATION_FAILED';
  // A variable, a place in the document, or neither.
  if (nodes !== undefined) return 'BAD_USER_INPUT';
  return positions === undefined ? 'OPERATION_RESOLUTION_FAILURE' : 'GRAPHQL_PARSE_FAILED';
}

function statusOf(http: unknown): number {
  return typeof http === 'object' && http !== null && 'status' in http ? Number(http.status) : 400;
}
