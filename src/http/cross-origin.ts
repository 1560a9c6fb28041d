import cors from 'cors';
import type { RequestHandler } from 'express';
import { COUNT_HEADERS } from './metrics-routes.ts';

const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Lets pages that this machine serves read answers, at whatever port; those of other origins may not. */
export function allowLoopbackOrigins(): RequestHandler {
  const allow = cors({
    origin: (origin, decide) => decide(null, origin !== undefined && LOOPBACK_ORIGIN.test(origin)),
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: [...COUNT_HEADERS],
  });
  return (request, response, next) => {
    // An OPTIONS request that is no preflight is a method like others, which a path may not have.
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    if (request.method === 'OPTIONS' && !isPreflight) next();
    else allow(request, response, next);
  };
}
