import { type RequestHandler, Router } from 'express';
import type { Readiness } from '../monitoring/readiness.ts';
import { methodNotAllowed } from './errors.ts';
import { sendJson } from './json.ts';
import { noteRoute } from './request-facts.ts';

/** For `/livez`: whether the process does anything at all. */
export function livenessRouter(): Router {
  return probe('/livez', (_request, response) => sendJson(response, 200, { status: 'ok' }));
}

/** For `/readyz`: whether there is any use in asking the gateway. */
export function readinessRouter(readiness: Readiness): Router {
  return probe('/readyz', async (_request, response) => {
    const detail = await readiness.obstacle();
    if (detail === null) sendJson(response, 200, { status: 'ok' });
    else sendJson(response, 503, { status: 'unavailable', detail });
  });
}

function probe(path: string, answer: RequestHandler): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.route('/').all(noteRoute(path)).get(uncached, answer).all(methodNotAllowed('GET, HEAD'));
  return router;
}

const uncached: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
