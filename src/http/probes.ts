import { type RequestHandler, Router } from 'express';
import type { Readiness } from '../monitoring/readiness.ts';
import { methodNotAllowed } from './errors.ts';
import { sendJson } from './json.ts';
import { noteRoute } from './request-facts.ts';

/**
 * `/livez`: whether the process does anything at all; `/readyz`: whether there is any use in asking it. For machines, which
 * have no token.
 */
export function probesRouter(readiness: Readiness): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const probe = (path: string, answer: RequestHandler) => {
    const readOnly = methodNotAllowed('GET, HEAD');
    router.route(path).all(noteRoute(path)).get(uncached, answer).all(readOnly);
  };
  probe('/livez', (_request, response) => sendJson(response, 200, { status: 'ok' }));
  probe('/readyz', async (_request, response) => {
    const detail = await readiness.obstacle();
    if (detail === null) sendJson(response, 200, { status: 'ok' });
    else sendJson(response, 503, { status: 'unavailable', detail });
  });
  return router;
}

const uncached: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
