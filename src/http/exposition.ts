import { Router } from 'express';
import type { Registry } from 'prom-client';
import { methodNotAllowed } from './errors.ts';
import { noteRoute } from './request-facts.ts';

/** For `/metrics`: the registry in the text format of Prometheus. */
export function expositionRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/')
    .all(noteRoute('/metrics'))
    .get(async (_request, response) => {
      const text = await registry.metrics();
      response.set('Cache-Control', 'no-store').set('Content-Type', registry.contentType).send(text);
    })
    .all(methodNotAllowed('GET, HEAD'));
  return router;
}
