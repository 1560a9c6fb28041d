import cors from 'cors';
import type { RequestHandler } from 'express';
import { ERROR_CODE_HEADER } from './errors.ts';
import { isLoopbackOrigin } from './origins.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

/**
 * Lets pages that this machine serves read answers, at whatever port; those of other origins may not.
 *
 * @param headers that they may read besides those of every answer
 */
export function allowLoopbackOrigins(headers: readonly string[]): RequestHandler {
  const allow = cors({
    origin: (origin, decide) => decide(null, isLoopbackOrigin(origin)),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: [...headers, ERROR_CODE_HEADER, REQUEST_ID_HEADER],
  });
  return (request, response, next) => {
    // An OPTIONS request that is no preflight is a method like others, which a path may not have.
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    if (request.method === 'OPTIONS' && !isPreflight) next();
    else allow(request, response, next);
  };
}
