import cors from 'cors';
import type { RequestHandler } from 'express';
import { isTrustedOrigin } from './access/origins.ts';
import { ERROR_CODE_HEADER } from './errors.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

/**
 * Lets pages that this machine serves read answers, at whatever port, and those of origins that the operator named; others
 * may not.
 *
 * @param named such as `https://example.org`
 * @param headers that they may read besides those of every answer
 */
export function allowTrustedOrigins(named: readonly string[], headers: readonly string[]): RequestHandler {
  const allow = cors({
    origin: (origin, decide) => decide(null, isTrustedOrigin(origin, named)),
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
