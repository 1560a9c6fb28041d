import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import {
  BadHandshake,
  BadUserInput,
  ERROR_STATUS,
  type ErrorCode,
  Overloaded,
  RunlensError,
  TooManyRequests,
  Unauthenticated,
} from '../errors.ts';
import type { ReportFault } from '../monitoring/faults.ts';
import { isExhaustion } from '../system-error.ts';
import { sendJson } from './json.ts';
import { pathOf } from './request-facts.ts';
import { requestId } from './request-id.ts';

/** Tells programs the code of an error: the bodies of REST, which are older, have no place for it. */
export const ERROR_CODE_HEADER = 'X-Error-Code';

/** Of RFC 6455: whoever asks in another one is told. */
const WEBSOCKET_VERSION = '13';

/** A query parameter breaks a rule. */
export class InvalidParameter extends BadUserInput {
  readonly parameter: string;
  /** Names the rule, for programs. */
  readonly rule: string;

  constructor(parameter: string, message: string, rule: string) {
    super(message);
    this.parameter = parameter;
    this.rule = rule;
  }
}

/** The headers that an error is told with, besides its code. */
export function errorHeaders(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof Unauthenticated) return { 'WWW-Authenticate': 'Bearer' };
  if (error instanceof TooManyRequests && error.retryAfterSeconds !== null) {
    return { 'Retry-After': String(error.retryAfterSeconds) };
  }
  if (error instanceof BadHandshake) return { 'Sec-WebSocket-Version': WEBSOCKET_VERSION };
  return {};
}

/** Answers with an error. @param detail what its body says */
export function sendError(response: ServerResponse, code: ErrorCode, detail: unknown): void {
  response.setHeader(ERROR_CODE_HEADER, code);
  sendJson(response, ERROR_STATUS[code], { detail });
}

export const notFound: RequestHandler = (_request, response) => sendError(response, 'NOT_FOUND', 'Not Found');

/** @param allowed the methods that the path has, as the `Allow` header lists them */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', allowed);
    sendError(response, 'METHOD_NOT_ALLOWED', 'Method Not Allowed');
  };
}

/** Answers with what a client may know of an error; what it may not is reported. */
export function answerErrors(report: ReportFault): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const { code, detail } = describe(error);
    if (ERROR_STATUS[code] >= 500)
      report(requestId(request), `${request.method} ${pathOf(request.originalUrl)}`, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const [name, value] of Object.entries(errorHeaders(error))) response.setHeader(name, value);
    sendError(response, code, detail);
  };
}

function describe(error: unknown): { code: ErrorCode; detail: unknown } {
  if (error instanceof InvalidParameter) {
    const { parameter, message, rule, code } = error;
    return { code, detail: [{ loc: ['query', parameter], msg: message, type: rule }] };
  }
  if (isExhaustion(error)) return describe(new Overloaded(error.code, { cause: error }));
  if (error instanceof RunlensError) return { code: error.code, detail: error.message };
  if (error instanceof URIError) return { code: 'BAD_REQUEST', detail: 'The path is not valid percent-encoding' };
  if (isRefusal(error)) return { code: refusalCode(error.status), detail: STATUS_CODES[error.status] };
  return { code: 'INTERNAL_SERVER_ERROR', detail: 'Internal Server Error' };
}

const REFUSALS = new Map<number, ErrorCode>([
  [404, 'NOT_FOUND'],
  [405, 'METHOD_NOT_ALLOWED'],
  [406, 'NOT_ACCEPTABLE'],
  [412, 'PRECONDITION_FAILED'],
  [413, 'REQUEST_ENTITY_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [416, 'RANGE_NOT_SATISFIABLE'],
]);

/** Whether it is what a library that reads ranges, conditions and the like has to say against a request. */
export function isRefusal(error: unknown): error is Error & { readonly status: number } {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
}

/** The code of a request that a library refused with a status below 500. */
export function refusalCode(status: number): ErrorCode {
  return REFUSALS.get(status) ?? 'BAD_REQUEST';
}
