import type { ErrorRequestHandler, RequestHandler } from 'express';
import { BadUserInput, RunlensError } from '../errors.ts';
import { sendJson } from './json.ts';

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

export const notFound: RequestHandler = (_request, response) => {
  sendJson(response, 404, { detail: 'Not Found' });
};

/** @param allowed the methods that the path has, as the `Allow` header lists them */
export function methodNotAllowed(allowed: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', allowed);
    sendJson(response, 405, { detail: 'Method Not Allowed' });
  };
}

/** Answers with what a client may know of an error; what it may not is reported. */
export function answerErrors(report: (message: string) => void): ErrorRequestHandler {
  return (error: unknown, { method, originalUrl }, response, _next) => {
    const { status, detail } = describe(error);
    if (status >= 500) report(`${method} ${originalUrl}: ${described(error)}`);
    if (response.headersSent) response.destroy();
    else sendJson(response, status, { detail });
  };
}

function describe(error: unknown): { status: number; detail: unknown } {
  if (error instanceof InvalidParameter) {
    const { parameter, message, rule, status } = error;
    return { status, detail: [{ loc: ['query', parameter], msg: message, type: rule }] };
  }
  if (error instanceof RunlensError) return { status: error.status, detail: error.message };
  if (error instanceof URIError) return { status: 400, detail: 'The path is not valid percent-encoding' };
  return { status: 500, detail: 'Internal Server Error' };
}

/** For the operator: of an error of ours its sentence, of others where they come from. */
function described(error: unknown): string {
  if (error instanceof RunlensError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
